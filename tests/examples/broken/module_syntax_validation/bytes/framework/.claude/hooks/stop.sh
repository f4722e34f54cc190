#!/bin/sh
echo ÿ
