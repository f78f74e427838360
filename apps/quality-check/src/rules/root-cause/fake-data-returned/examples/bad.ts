const mockUsers = [{ id: 1, name: 'Ada' }]

export async function listUsers(): Promise<User[]> {
  // ruleid: fake-data-returned
  return mockUsers
}
