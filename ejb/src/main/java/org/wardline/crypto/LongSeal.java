package org.wardline.crypto;

import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.util.Arrays;

/**
 * Seals long contents, such as photographs, in segments (Tink's AES-GCM-HKDF streaming: a key of
 * its own for each content, made of the data key and a random salt; a tag for each segment, bound
 * to its place and to being the last). The JDK opens AES-GCM in one piece, which costs twenty times
 * as much for some megabytes.
 */
public final class LongSeal {
  private static final String HKDF = "HmacSha256";
  private static final int SEGMENT = 16 * 1024;

  private LongSeal() {}

  /** Header, segments and their tags. */
  public static byte[] seal(byte[] key, byte[] plain, byte[] associated) {
    var sealed = new ByteArrayOutputStream(plain.length + plain.length / 512 + 1024);
    try (OutputStream out = streaming(key).newEncryptingStream(sealed, associated)) {
      out.write(plain);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("AES-GCM is not available", e);
    }
    return sealed.toByteArray();
  }

  /**
   * Opens what {@link #seal} made.
   *
   * @param what names it in the exception; an identifier, no content
   * @throws SealBrokenException when one bit of key, content or associated data differs, or
   *     something is missing at the end
   */
  public static byte[] open(byte[] key, byte[] sealed, byte[] associated, String what) {
    try (InputStream in =
        streaming(key).newDecryptingStream(new ByteArrayInputStream(sealed), associated)) {
      byte[] plain = new byte[sealed.length + 1]; // longer than it can be: it is read to its end
      return Arrays.copyOf(plain, in.readNBytes(plain, 0, plain.length));
    } catch (GeneralSecurityException | IOException e) {
      throw new SealBrokenException(what);
    }
  }

  private static AesGcmHkdfStreaming streaming(byte[] key)
      throws InvalidAlgorithmParameterException {
    return new AesGcmHkdfStreaming(key, HKDF, Seal.KEY_BYTES, SEGMENT, 0);
  }
}
