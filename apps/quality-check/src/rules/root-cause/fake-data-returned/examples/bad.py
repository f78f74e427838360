MOCK_USERS = [{"id": 1, "name": "Ada"}]


def list_users():
    # ruleid: fake-data-returned
    return MOCK_USERS
