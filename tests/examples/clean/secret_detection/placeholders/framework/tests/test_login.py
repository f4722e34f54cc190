import os

password = os.environ["DB_PASSWORD"]
api_key = "test-api-key"
secret = "hunter2"
token = "fake-token-for-tests-1234567890"
session_id = "0d6cbd42-5f7a-4a43-9d9f-6d4b4c1e8f9a"
