const mockUsers = [{ id: 1, name: 'Ada' }]

export function createMockUsers(): User[] {
  // ok: fake-data-returned
  return mockUsers
}

export async function listUsers(): Promise<User[]> {
  // ok: fake-data-returned
  return database.users.all()
}
