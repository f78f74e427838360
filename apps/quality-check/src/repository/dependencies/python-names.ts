/** PEP 503: "Foo.Bar_baz" and "foo-bar-baz" are one distribution. */
export const normalizeDistribution = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '-')

/**
 * Import names of well-known distributions, where they differ from the distribution's name or where an unused one may be reported: without an
 * import these have no use. Drivers, plugins and servers, which other packages load by name, are left out.
 */
const imports = `
  aiofiles aiofiles|aiohttp aiohttp|alembic alembic|annotated-types annotated_types|anthropic anthropic|anyio anyio|apscheduler apscheduler|argon2-cffi argon2|arrow arrow|
  asgiref asgiref|async-timeout async_timeout|attrs attr attrs|babel babel|backoff backoff|bcrypt bcrypt|beautifulsoup4 bs4|biopython Bio|bleach bleach|blinker blinker|bokeh bokeh|
  boto3 boto3|botocore botocore|cachetools cachetools|celery celery|certifi certifi|cffi cffi|chardet chardet|charset-normalizer charset_normalizer|click click|cloudpickle cloudpickle|
  colorama colorama|configparser configparser|croniter croniter|cryptography cryptography|cython Cython cython|dask dask|dataclasses-json dataclasses_json|defusedxml defusedxml|
  dill dill|discord-py discord|django django|django-environ environ|djangorestframework rest_framework|dnspython dns|docker docker|docopt docopt|docutils docutils|einops einops|
  elasticsearch elasticsearch|faker faker|fastapi fastapi|feedparser feedparser|filelock filelock|flask flask|flask-cors flask_cors|flask-login flask_login|flask-sqlalchemy flask_sqlalchemy|
  fsspec fsspec|gitpython git|google-api-python-client googleapiclient apiclient|google-auth google|google-cloud-storage google|graphene graphene|grpcio grpc|h5py h5py|html5lib html5lib|
  httplib2 httplib2|httpx httpx|humanize humanize|hypothesis hypothesis|idna idna|imageio imageio|importlib-metadata importlib_metadata|itsdangerous itsdangerous|jinja2 jinja2|
  jmespath jmespath|joblib joblib|jsonpatch jsonpatch|jsonpath-ng jsonpath_ng|jsonschema jsonschema|kubernetes kubernetes|langchain langchain|loguru loguru|lxml lxml|mako mako|
  markdown markdown|markdown-it-py markdown_it|markupsafe markupsafe|marshmallow marshmallow|matplotlib matplotlib mpl_toolkits pylab|mistune mistune|more-itertools more_itertools|
  msgpack msgpack|mypy-extensions mypy_extensions|networkx networkx|nltk nltk|numba numba|numpy numpy|openai openai|opencv-python cv2|opencv-python-headless cv2|openpyxl openpyxl|
  orjson orjson|packaging packaging|pandas pandas|paramiko paramiko|passlib passlib|peewee peewee playhouse|pendulum pendulum|pika pika|pillow PIL|platformdirs platformdirs|plotly plotly|
  polars polars|praw praw|prettytable prettytable|prometheus-client prometheus_client|protobuf google|psutil psutil|pyarrow pyarrow|pycparser pycparser|pycryptodome Crypto|
  pycryptodomex Cryptodome|pydantic pydantic|pydantic-settings pydantic_settings|pygments pygments|pyjwt jwt|pymongo pymongo bson gridfs|pynacl nacl|pyopenssl OpenSSL|pyparsing pyparsing|
  pyserial serial|python-dateutil dateutil|python-decouple decouple|python-docx docx|python-dotenv dotenv|python-jose jose|python-json-logger pythonjsonlogger|python-levenshtein Levenshtein|
  python-magic magic|python-pptx pptx|python-slugify slugify|python-telegram-bot telegram|pytz pytz|pyyaml yaml _yaml|pyzmq zmq|rapidfuzz rapidfuzz|redis redis|regex regex|requests requests|
  requests-oauthlib requests_oauthlib|rich rich|ruamel-yaml ruamel|s3transfer s3transfer|scikit-image skimage|scikit-learn sklearn|scipy scipy|scrapy scrapy|seaborn seaborn|selenium selenium|
  sentry-sdk sentry_sdk|shapely shapely|simplejson simplejson|six six|slack-sdk slack_sdk|sortedcontainers sortedcontainers|sqlalchemy sqlalchemy|sqlmodel sqlmodel|starlette starlette|
  statsmodels statsmodels|stripe stripe|structlog structlog|sympy sympy|tabulate tabulate|tenacity tenacity|tensorflow tensorflow|termcolor termcolor|toml toml|tomli tomli|tomlkit tomlkit|
  toolz toolz tlz|torch torch|torchvision torchvision|tornado tornado|tqdm tqdm|transformers transformers|trio trio|twisted twisted|typer typer|typing-extensions typing_extensions|
  tzlocal tzlocal|ujson ujson|unidecode unidecode|urllib3 urllib3|validators validators|watchdog watchdog|websocket-client websocket|websockets websockets|werkzeug werkzeug|
  wrapt wrapt|xlrd xlrd|xlsxwriter xlsxwriter|xmltodict xmltodict|yarl yarl|zstandard zstandard`

const byDistribution: ReadonlyMap<string, readonly string[]> = new Map(
  imports.split('|').map((entry) => {
    const [distribution = '', ...names] = entry.trim().split(/\s+/)
    return [distribution, names]
  }),
)
const byImport = new Map<string, string[]>()
for (const [distribution, names] of byDistribution) for (const name of names) byImport.set(name, [...(byImport.get(name) ?? []), distribution])

/** The names under which a distribution is imported; undefined when unknown. */
export const importNamesOf = (distribution: string): readonly string[] | undefined => byDistribution.get(normalizeDistribution(distribution))

/** Distributions that provide an import name; empty when unknown. */
export const distributionsOf = (importName: string): readonly string[] => byImport.get(importName) ?? []

const shortestMisspelt = 5

/** Whether one name becomes the other by one letter added, left out or replaced, or by two neighbours exchanged. */
export function isMisspelt(name: string, other: string): boolean {
  const [a, b] = name.length <= other.length ? [name, other] : [other, name]
  if (a === b || a.length < shortestMisspelt || b.length - a.length > 1) return false
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  if (b.length > a.length) return a.slice(at) === b.slice(at + 1)
  return a.slice(at + 1) === b.slice(at + 1) || (a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2))
}

/** Whether the names are similar enough for the distribution to provide the import: "foo_bar" and "python-foo-bar", "google" and "google-cloud-run". */
export function looksLike(importName: string, distribution: string): boolean {
  const [a, b] = [normalizeDistribution(importName), normalizeDistribution(distribution)]
  return a === b || b.split('-').includes(a) || b.includes(a) || a.includes(b) || b.replaceAll('-', '') === a.replaceAll('-', '')
}

const standard = `
  __future__ __main__ _thread abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk
  cmath cmd code codecs codeop collections colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis
  distutils doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip
  hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap marshal math mimetypes
  mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev parser pathlib pdb pickle pickletools pipes pkgutil
  platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter runpy sched secrets
  select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess
  sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios test textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle
  turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo annotationlib
  pkg_resources setuptools _typeshed`
const standardModules: ReadonlySet<string> = new Set(standard.trim().split(/\s+/))

/** Part of Python, or of every environment. */
export const isStandard = (importName: string): boolean => standardModules.has(importName) || importName.startsWith('_')
