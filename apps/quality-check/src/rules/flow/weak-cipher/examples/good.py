import ssl

from Crypto.Cipher import AES
from cryptography.hazmat.primitives.asymmetric import rsa


def encrypt(key):
    # ok: weak-cipher
    cipher = AES.new(key, AES.MODE_GCM)
    # ok: weak-cipher
    private = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    return cipher, private


def context():
    # ok: weak-cipher
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
