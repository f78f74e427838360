import ssl

from Crypto.Cipher import AES, DES
from cryptography.hazmat.primitives.asymmetric import rsa


def encrypt(key, data):
    # ruleid: weak-cipher
    old = DES.new(key, DES.MODE_CBC)
    # ruleid: weak-cipher
    plain = AES.new(key, AES.MODE_ECB)
    # ruleid: weak-cipher
    private = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return old, plain, private


def context():
    # ruleid: weak-cipher
    return ssl.SSLContext(ssl.PROTOCOL_TLSv1)
