#!/bin/sh
sshpass -p 'Xiohtr {+} cE5DqY {+} je' ssh ops@host.example.net true
mysqldump -u root -pEqPAa {+} LLumFE {+} YE9sH app >app.sql
curl -H 'Authorization: Basic c3ZjOk {+} 5lZFE1 {+} UFoxUm {+} RhbHVR {+} ZnFEYg {+} ==' https://api.example.net/v1/backups
