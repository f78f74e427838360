import type { FlowSpec, SeenCall, SeenValue } from '../../../flow/flow-rule.ts'
import { isSent, methods, paths, under } from '../../python-calls.ts'
import { mayHoldSlash } from '../../python-proofs.ts'
import { isForTrusted, isLimited } from '../../python-surroundings.ts'

/** Uploads and in-memory files are read directly, whatever their name. */
const isOpen = (value: SeenValue | undefined): boolean => /\b(?:files|FILES)\.(?:get\(\)|\[\]|[\w-]+)$|(?:^|\.)(?:BytesIO|StringIO|ContentFile)\(\)/.test(value?.path ?? '')
const isName = (value: SeenValue | undefined): boolean => isSent(value) && !isOpen(value)
const fileName = (call: SeenCall) => call.args[0] ?? call.keywords.file ?? call.keywords.path ?? call.keywords.name ?? call.keywords.filename

export const python: FlowSpec = {
  proof: mayHoldSlash,
  doubts: (text, start, origin) => isLimited(text, start, origin) || isForTrusted(text, start),
  sinks: [
    { call: paths('open file io.open io.FileIO codecs.open os.open os.fdopen gzip.open bz2.open lzma.open builtins.open aiofiles.open tarfile.open zipfile.ZipFile wave.open shelve.open dbm.open sqlite3.connect fileinput.input linecache.getline linecache.getlines PIL.Image.open mmap.mmap'), args: [0, 'file', 'name', 'filename'], when: (call) => isName(fileName(call)) },
    // Listing a folder reveals names only. Programs that let their owner choose a folder do it.
    { call: under('os', 'listdir scandir walk'), args: [0, 'path'], when: (call) => isSent(fileName(call)), advice: true },
    { call: under('os', 'remove unlink rmdir removedirs mkdir makedirs chmod chown truncate symlink link readlink startfile rename renames replace mkfifo utime'), args: [0, 1, 'path', 'src', 'dst'], when: (call) => isSent(fileName(call)) || isSent(call.args[1]) || isSent(call.keywords.src) },
    { call: under('shutil', 'copy copy2 copyfile copytree move rmtree make_archive unpack_archive'), args: [0, 1, 'src', 'dst', 'path'], when: ({ args, keywords }) => [args[0], args[1], keywords.src, keywords.dst, keywords.path].some(isSent) },
    { call: methods('open read_text write_text read_bytes write_bytes unlink mkdir rmdir touch rename iterdir'), args: ['receiver'], when: ({ receiver, path }) => /^pathlib\.(?:Pure)?(?:Posix|Windows)?Path\b/.test(path) && isSent(receiver) },
    { call: paths('flask.send_file quart.send_file django.http.FileResponse fastapi.responses.FileResponse starlette.responses.FileResponse fastapi.FileResponse sanic.response.file sanic.file aiohttp.web.FileResponse'), args: [0, 'filename_or_fp', 'path', 'path_or_file'], when: ({ args, keywords }) => [args[0], keywords.filename_or_fp, keywords.path, keywords.path_or_file].some(isName) },
    { call: paths('flask.send_from_directory bottle.static_file'), args: [0, 'directory', 'root'], when: ({ args, keywords, path }) => isSent(keywords.directory ?? keywords.root ?? (path.startsWith('flask') ? args[0] : undefined)) },
    { call: methods('save'), args: [0, 'dst'], when: ({ args, path }) => isSent(args[0]) && args.length === 1 && /(?:files|FILES|file|upload)\b/i.test(path) && args[0]?.sources.includes('request') === true },
    // They accept open files and texts, too.
    { call: paths('numpy.load numpy.save numpy.loadtxt pandas.read_csv pandas.read_json pandas.read_excel'), args: [0], when: (call) => isName(call.args[0]), advice: true },
    { call: paths('os.path.commonprefix posixpath.commonprefix'), when: ({ args }) => args[0]?.items?.length === 2, always: true, advice: true, message: 'it compares letters, not folders: /srv/files-old begins with /srv/files; os.path.commonpath compares folders' },
  ],
  sanitizers: [
    'replaces./',
    ...paths('os.path.basename ntpath.basename posixpath.basename werkzeug.utils.secure_filename werkzeug.secure_filename flask.safe_join werkzeug.utils.safe_join werkzeug.security.safe_join django.utils._os.safe_join django.utils.text.get_valid_filename django.utils.text.slugify slugify.slugify pathvalidate.sanitize_filename pathvalidate.sanitize_filepath'),
    'tempfile.NamedTemporaryFile().name',
    ...under('pathlib.Path() pathlib.PurePath() pathlib.PurePosixPath()', 'name stem suffix'),
    ...methods('secure_filename safe_join get_valid_filename sanitize_filename get_available_name hexdigest quote_plus'),
  ],
  guards: ['in', 'not isinstance', ...methods('startswith dirname is_relative_to relative_to commonpath fullmatch match isalnum samefile is_safe_path')],
  attacks: ['../x', '/x'],
}
