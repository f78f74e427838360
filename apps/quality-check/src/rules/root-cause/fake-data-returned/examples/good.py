MOCK_USERS = [{"id": 1, "name": "Ada"}]


def mock_users():
    # ok: fake-data-returned
    return MOCK_USERS


def list_users():
    # ok: fake-data-returned
    return database.users()
