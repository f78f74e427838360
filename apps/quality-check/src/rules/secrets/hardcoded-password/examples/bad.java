class Tokens {
  // ruleid: hardcoded-password
  final SecretKeySpec key = new SecretKeySpec("kW4!f30xnLq7".getBytes(), "HmacSHA256");
}
