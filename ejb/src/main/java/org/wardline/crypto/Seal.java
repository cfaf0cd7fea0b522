package org.wardline.crypto;

import com.google.crypto.tink.subtle.AesGcmJce;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM through Tink: a fresh random 96-bit nonce for each sealing, a 128-bit tag, and
 * associated data that must be the same to open. A data key seals at most 2^32 contents; a
 * conversation stays far below.
 */
public final class Seal {
  static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /**
   * In one call the JDK works a long content through interpreted code, at a thirtieth of the speed:
   * what is called often is compiled, with the processor's own instructions.
   */
  private static final int CHUNK = 8192;

  private static final SecureRandom RANDOM = new SecureRandom();

  private Seal() {}

  /** Random bytes for a key or a salt. */
  public static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return random;
  }

  /** A new data key. */
  public static byte[] newKey() {
    return random(KEY_BYTES);
  }

  /** Nonce, ciphertext and tag. */
  public static byte[] seal(byte[] key, byte[] plain, byte[] associated) {
    try {
      return plain.length <= CHUNK
          ? new AesGcmJce(key).encrypt(plain, associated)
          : inChunks(key, plain, associated);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM is not available", e);
    }
  }

  private static byte[] inChunks(byte[] key, byte[] plain, byte[] associated)
      throws GeneralSecurityException {
    byte[] nonce = random(NONCE_BYTES);
    byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + plain.length + TAG_BITS / 8);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(associated);
    int read = 0;
    int written = NONCE_BYTES;
    for (; plain.length - read > CHUNK; read += CHUNK) {
      written += cipher.update(plain, read, CHUNK, sealed, written);
    }
    cipher.doFinal(plain, read, plain.length - read, sealed, written);
    return sealed;
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param what names it in the exception; an identifier, no content
   * @throws SealBrokenException when one bit of key, ciphertext or associated data differs
   */
  public static byte[] open(byte[] key, byte[] sealed, byte[] associated, String what) {
    try {
      return new AesGcmJce(key).decrypt(sealed, associated);
    } catch (GeneralSecurityException e) {
      throw new SealBrokenException(what);
    }
  }

  /** SHA-256 over the parts, one after the other. */
  public static byte[] digest(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }

  /** Compares in constant time. */
  public static boolean same(byte[] one, byte[] other) {
    return MessageDigest.isEqual(one, other);
  }
}
