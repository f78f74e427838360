import type { PathPattern } from '../flow-rule.ts'

const under = (receivers: string, names: string): PathPattern[] => receivers.split(' ').flatMap((receiver) => names.split(' ').map((name) => `${receiver}.${name}`))

/** Calls and attributes whose result contains none of the arguments' data. */
export const pythonStops: readonly PathPattern[] = [
  // Numbers, booleans and types.
  ...'int float bool complex len hash id ord isinstance issubclass callable hasattr type round abs sum range any all'.split(' '),
  ...'uuid.UUID decimal.Decimal fractions.Fraction ipaddress.ip_address ipaddress.ip_network ipaddress.IPv4Address datetime.datetime.strptime datetime.datetime.fromisoformat datetime.date.fromisoformat datetime.strptime datetime.fromisoformat bson.ObjectId bson.objectid.ObjectId'.split(' '),
  ...under('**', 'isdigit isnumeric isdecimal isalnum isalpha isidentifier isspace startswith endswith count index find rfind __len__ total_seconds timestamp isoformat'),
  // Digests and signatures.
  ...under('**', 'hexdigest digest check_password verify checkpw hashpw'),
  ...'werkzeug.security.generate_password_hash werkzeug.security.check_password_hash django.contrib.auth.hashers.make_password hmac.compare_digest zlib.crc32 jwt.decode'.split(' '),
  // Data in a database mostly comes from other sources than this request.
  ...under('**', 'fetchone fetchall fetchmany execute executemany executescript scalar scalars first one one_or_none one_or_404 first_or_404 get_or_404 get_or_create scalar_one scalar_one_or_none find_one insert_one update_one delete_one aggregate paginate'),
  ...under('**.query', 'get filter filter_by all order_by join'),
  ...under('**.objects', 'get filter all create exclude raw extra get_or_create update_or_create'),
  ...under('**.session', 'get query'),
  ...'django.shortcuts.get_object_or_404 django.shortcuts.get_list_or_404 django.contrib.auth.authenticate django.contrib.auth.get_user_model'.split(' '),
  // Files and processes: their content does not contain the arguments.
  ...'open io.open codecs.open os.open os.fdopen gzip.open aiofiles.open os.listdir os.scandir os.walk os.stat os.getcwd os.path.exists os.path.isfile os.path.isdir os.path.islink os.path.getsize os.path.getmtime os.path.isabs os.access glob.glob shutil.which'.split(' '),
  ...under('**', 'read_text read_bytes exists is_file is_dir stat iterdir is_relative_to is_absolute'),
  ...'subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen subprocess.getoutput subprocess.getstatusoutput os.system os.popen'.split(' '),
  // Responses of other servers.
  ...under('requests requests.Session() requests.session() httpx httpx.Client() httpx.AsyncClient() aiohttp.ClientSession() urllib3.PoolManager()', 'get post put delete patch head options request'),
  ...'urllib.request.urlopen urllib2.urlopen urllib.request.urlretrieve'.split(' '),
  // Members of a request that the client cannot choose freely.
  ...under('**.request', 'method scheme is_secure is_ajax user session site resolver_match is_json content_length remote_addr remote_user get_ssl_certificate endpoint url_rule blueprint app config registry state auth transport version max_content_length is_xhr path_url host_url application_url'),
  // The server's own configuration, in mod_python.
  ...under('web.request', 'get_options get_config'),
  // Functions that build a response and encode the data in it.
  ...'flask.send_file flask.send_from_directory flask.abort werkzeug.utils.send_from_directory os.urandom logging.getLogger'.split(' '),
]

/** Calls that store their arguments in their receiver. */
export const pythonFills: readonly PathPattern[] = under('**', 'append add extend update insert setdefault appendleft push put put_nowait write writelines add_section set')

/** Calls whose result contains the arguments' data. */
export const pythonPasses: readonly PathPattern[] = [
  ...'str bytes bytearray repr ascii format list tuple set frozenset dict sorted reversed enumerate zip map filter iter next getattr vars min max memoryview chr'.split(' '),
  ...under('**', 'get getlist get_list getall getone pop popitem popleft get_nowait get_json get_data get_full_path get_param get_media get_header get_cookie to_dict dict items keys values copy setdefault json text read readline readlines getvalue getfirst getbuffer body form __getitem__'),
  ...under('**', 'strip lstrip rstrip lower upper title capitalize casefold swapcase replace split rsplit splitlines partition rpartition join format format_map encode decode expandtabs ljust rjust center zfill removeprefix removesuffix substitute safe_substitute slice group groups groupdict tobytes getText'),
  ...under('re regex', 'sub subn split findall match fullmatch search finditer escape'),
  ...under('json orjson ujson simplejson toml tomllib yaml ast', 'loads load dumps dump parse safe_load safe_dump literal_eval'),
  ...'base64.b64decode base64.b64encode base64.urlsafe_b64decode base64.urlsafe_b64encode base64.standard_b64decode base64.standard_b64encode base64.b32decode base64.b32encode base64.b16decode base64.b16encode base64.decodebytes base64.encodebytes base64.a85decode base64.b85decode binascii.unhexlify binascii.hexlify binascii.a2b_base64 codecs.decode codecs.encode bytes.fromhex zlib.decompress zlib.compress gzip.decompress gzip.compress bz2.decompress'.split(' '),
  ...under('urllib.parse urllib urlparse', 'quote quote_plus unquote unquote_plus urlencode urlparse urlsplit urljoin urlunparse urlunsplit parse_qs parse_qsl unquote_to_bytes'),
  ...'html.escape html.unescape os.path.join os.path.abspath os.path.normpath os.path.realpath os.path.expanduser os.path.expandvars os.path.dirname os.path.basename os.path.split os.path.splitext os.path.relpath os.fspath os.fsencode os.fsdecode posixpath.join ntpath.join pathlib.Path pathlib.PurePath pathlib.PosixPath'.split(' '),
  // Helpers whose name says that they convert their argument.
  ...under('**', 'transform convert process normalize normalise prepare wrap decorate do_something doSomething'),
  ...under('**', 'joinpath resolve absolute with_suffix with_name expanduser as_posix relative_to parents iterlists'),
  ...'io.StringIO io.BytesIO StringIO.StringIO shlex.split shlex.join textwrap.dedent textwrap.indent textwrap.fill string.Template copy.copy copy.deepcopy operator.itemgetter functools.reduce itertools.chain collections.OrderedDict collections.defaultdict collections.deque typing.cast contextlib.closing unicodedata.normalize string.capwords ast.literal_eval types.SimpleNamespace argparse.Namespace'.split(' '),
  ...'flask.make_response flask.Response flask.escape markupsafe.escape markupsafe.Markup flask.Markup jinja2.Template django.utils.encoding.force_str django.utils.encoding.smart_str django.utils.safestring.mark_safe werkzeug.utils.secure_filename sqlalchemy.text urllib.request.Request sqlalchemy.sql.text'.split(' '),
  ...under('configparser.ConfigParser() configparser.RawConfigParser() configparser.SafeConfigParser() ConfigParser.ConfigParser()', 'get read_string items'),
  ...'lxml.etree.XMLParser xml.sax.make_parser lxml.etree.tostring hashlib.md5 hashlib.sha1 hashlib.new queue.Queue'.split(' '),
]

/** Calls that never return. */
export const pythonEnds: readonly PathPattern[] = 'flask.abort quart.abort werkzeug.exceptions.abort bottle.abort sanic.exceptions.abort sys.exit exit quit os._exit os.abort'.split(' ')

/** Calls that reverse an encoding or escaping. */
export const pythonUndoes: readonly PathPattern[] = [
  ...under('base64', 'b64decode urlsafe_b64decode standard_b64decode b32decode b16decode a85decode b85decode decodebytes'),
  ...under('json orjson ujson simplejson', 'loads'),
  ...'html.unescape urllib.parse.unquote urllib.parse.unquote_plus urllib.unquote urllib.unquote_plus binascii.unhexlify bytes.fromhex codecs.decode ast.literal_eval pickle.loads'.split(' '),
]
