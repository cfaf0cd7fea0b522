package org.wardline.message;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes our own keys. Pure: the time and the source of randomness are passed in. */
public final class Identifiers {
  private static final char[] BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
  private static final int UUID_TEXT_LENGTH = 36;

  private Identifiers() {}

  /**
   * A UUID of version 7 (RFC 9562 section 5.7): the Unix time in milliseconds, then 74 random bits.
   */
  public static UUID version7(Instant at, RandomGenerator random) {
    long high = (at.toEpochMilli() << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
    long low = 0x8000_0000_0000_0000L | (random.nextLong() >>> 2);
    return new UUID(high, low);
  }

  /**
   * A UUID of version 8 (RFC 9562 section 5.8) made of a name by SHA-256: the same name has the
   * same key on every node, without asking.
   */
  public static UUID named(String name) {
    byte[] hash = sha256(name);
    long high = 0;
    long low = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      high = (high << 8) | (hash[i] & 0xFF);
      low = (low << 8) | (hash[Long.BYTES + i] & 0xFF);
    }
    return new UUID(
        (high & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L, (low >>> 2) | 0x8000_0000_0000_0000L);
  }

  private static byte[] sha256(String name) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /**
   * The smallest version 7 UUID of that instant: the bound of a partition or of a search by time.
   */
  public static UUID lowest(Instant at) {
    return new UUID((at.toEpochMilli() << 16) | 0x7000L, 0x8000_0000_0000_0000L);
  }

  /**
   * An identifier of exactly 20 characters for fields that HL7 v2 keeps short (MSH-10, TXA-12): ten
   * of time, ten of chance (Crockford base 32). Time-ordered, and unique without a counter that a
   * restored backup would turn back.
   */
  public static String controlId(Instant at, RandomGenerator random) {
    char[] text = new char[20];
    long time = at.toEpochMilli();
    long chance = random.nextLong();
    for (int i = 9; i >= 0; i--) {
      text[i] = BASE32[(int) (time & 31)];
      time >>>= 5;
      text[10 + i] = BASE32[(int) (chance & 31)];
      chance >>>= 5;
    }
    return new String(text);
  }

  /**
   * An identifier of 20 characters that follows from a name: the same name has the same one, on
   * every node and for ever (100 bits of its SHA-256, Crockford base 32).
   */
  public static String documentId(String name) {
    byte[] hash = sha256(name);
    char[] text = new char[20];
    for (int i = 0; i < text.length; i++) {
      int bit = i * 5;
      int pair = ((hash[bit / 8] & 0xFF) << 8) | (hash[bit / 8 + 1] & 0xFF);
      text[i] = BASE32[(pair >>> (11 - bit % 8)) & 31];
    }
    return new String(text);
  }

  /**
   * Reads a UUID strictly: {@link UUID#fromString} would also take {@code 1-1-1-1-1}.
   *
   * @throws IllegalArgumentException when the text is not a UUID in its usual form
   */
  public static UUID parse(String text) {
    if (text.length() != UUID_TEXT_LENGTH) {
      throw new IllegalArgumentException("not a UUID");
    }
    return UUID.fromString(text);
  }
}
