import { expect, test } from 'vitest'
import { loadAnalyser } from '../file-analyser.ts'

const analyse = await loadAnalyser('python')
/** Whether what a rule finds is advice. */
const adviceIn = async (text: string, rule: string) => (await analyse({ text, extension: '.py', bareName: '', fileClass: 'source', language: 'python' })).filter((each) => each.rule === rule).map(({ advice }) => advice ?? false)

const head = 'import os\nfrom flask import Blueprint, abort, g, request\n\nbp = Blueprint("run", __name__)\n\n\n'
const shell = (before: string, decorator = '', inside = '') => adviceIn(`${head}${before}@bp.post("/run")\n${decorator}def run():\n    ${inside}\n    os.system("tool " + request.form["name"])\n    return "done"\n`, 'command-injection')

test.each([
  ['a decorator', '', '@admin_required\n', 'pass'],
  ['a decorator that names a role', '', '@roles_required("operator")\n', 'pass'],
  ['a question in the view', '', '', 'if not g.user.is_superuser: abort(403)'],
  ['a hook of the blueprint', '@bp.before_request\ndef admins_only():\n    if not g.user.is_admin:\n        abort(403)\n\n\n', '', 'pass'],
])('what only those who may do more can send is advice: %s', async (_, before, decorator, inside) => {
  expect(await shell(before, decorator, inside)).toEqual([true])
})

test.each([
  ['anybody', '', ''],
  ['whoever has signed in', '', '@login_required\n'],
  ['anybody, and is counted', '@bp.before_request\ndef count():\n    g.count += 1\n\n\n', ''],
])('what %s can send is none', async (_, before, decorator) => {
  expect(await shell(before, decorator, 'pass')).toEqual([false])
})

test.each([
  ['class View(PermissionRequiredMixin, BaseView):', true],
  ['class View(BaseView):', false],
  ['class View(APIView):\n    permission_classes = [IsAdminUser]\n', true],
])('a view of a class is for whom its class says: %s', async (line, advice) => {
  expect(await adviceIn(`import os\nfrom django.http import HttpResponse\n\n\n${line}\n    def post(self, request):\n        os.system("tool " + request.POST["name"])\n        return HttpResponse()\n`, 'command-injection')).toEqual([advice])
})

const read = (parameter: string, use: string, types = '') => adviceIn(`from enum import Enum\nfrom fastapi import APIRouter, Query\nfrom pydantic import BaseModel\n\nrouter = APIRouter()\n\n\n${types}@router.post("/texts")\ndef text(${parameter}):\n    with open("/srv/texts/" + ${use}) as file:\n        return file.read()\n`, 'path-traversal')

test.each([
  ['name: str', 'name', '', false],
  ['name: str = Query(pattern="^[a-z]+$")', 'name', '', true],
  ['name: str = Query(max_length=60)', 'name', '', false],
  ['language: Language', 'language.value', 'class Language(str, Enum):\n    en = "en"\n\n\n', true],
  ['wanted: Wanted', 'wanted.name', 'class Wanted(BaseModel):\n    name: str\n    kind: Literal["a", "b"]\n\n\n', false],
  ['wanted: Wanted', 'wanted.kind', 'class Wanted(BaseModel):\n    name: str\n    kind: Literal["a", "b"]\n\n\n', true],
  ['wanted: Wanted', 'wanted.name', 'from texts.models import Wanted\n\n\n', true],
])('a parameter is limited by its type: %s, of which %s is used', async (parameter, use, types, advice) => {
  expect(await read(parameter, use, types)).toEqual([advice])
})

test('many blank lines behind a hook end', async () => {
  expect(await shell(`@bp.before_request\ndef count():\n    g.count += 1\n${'    \n'.repeat(60)}\n`, '', 'pass')).toEqual([false])
})
