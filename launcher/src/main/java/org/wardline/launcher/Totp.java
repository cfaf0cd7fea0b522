package org.wardline.launcher;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** One-time codes of demo people (RFC 6238: SHA-1, 30 seconds, 6 digits). */
public final class Totp {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final Duration STEP = Duration.ofSeconds(30);

  private Totp() {}

  /** The code of that moment. */
  public static String code(String base32Secret, Instant at) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(decode(base32Secret), "RAW"));
      byte[] hash =
          mac.doFinal(
              ByteBuffer.allocate(8).putLong(at.getEpochSecond() / STEP.toSeconds()).array());
      int offset = hash[hash.length - 1] & 0xF;
      int binary = ByteBuffer.wrap(hash, offset, 4).getInt() & 0x7FFFFFFF;
      return String.format("%06d", binary % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA1 is not available", e);
    }
  }

  private static byte[] decode(String base32) {
    var bytes = ByteBuffer.allocate(base32.length() * 5 / 8);
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < base32.length() && base32.charAt(i) != '='; i++) {
      buffer = (buffer << 5) | BASE32.indexOf(base32.charAt(i));
      bits += 5;
      if (bits >= 8 && bytes.hasRemaining()) {
        bits -= 8;
        bytes.put((byte) (buffer >> bits));
      }
    }
    return bytes.array();
  }
}
