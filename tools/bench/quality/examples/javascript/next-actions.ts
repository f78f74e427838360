'use server'
import { redirect } from 'next/navigation'
import { cookies, headers } from 'next/headers'
import { exec } from 'node:child_process'
import { sql } from '@vercel/postgres'
export async function save(formData: FormData) {
  const name = formData.get('name') as string
  // ruleid: flaw
  exec(`convert ${name}`)
  // ok: sound
  await sql`insert into t values (${name})`
  // ruleid: flaw
  await sql.query(`insert into t values ('${name}')`)
  const store = await cookies()
  // ruleid: flaw
  redirect(store.get('back')?.value ?? '/')
}
