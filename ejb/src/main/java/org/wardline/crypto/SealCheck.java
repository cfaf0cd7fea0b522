package org.wardline.crypto;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;

/**
 * Sees to it that sealing works before anything is sealed: what was sealed long ago opens, and one
 * changed bit is noticed. A server whose cryptography does neither does not start.
 *
 * <p>It then seals and opens in the background until the JVM has replaced the interpreted code by
 * the processor's instructions. By itself that takes it forty photographs, each at fifty times the
 * cost, which a server under load pays for minutes.
 */
@Singleton
@Startup
@SuppressWarnings("NullAway.Init")
public class SealCheck {
  private static final byte[] KEY = decoded("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
  private static final byte[] ABOUT = "about".getBytes(StandardCharsets.UTF_8);
  private static final byte[] PLAIN = "sealed long ago".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SHORT =
      decoded("kxEvq8vjG8k+jNnGHw3mLodtvJL1IRAJn3UNklXd3fSQKS5cH6nzOqhrCg==");
  private static final byte[] LONG =
      decoded(
          "KN0II4fie21/a090/SupCXb16MRZA1lRY3w3kkvDEzWAfNUGJlF4HmYj4i85v5y6Nv1wi/xJyPzXx0o1zW6eCmHWNblvtSA=");

  /** The JVM compiles with the processor's instructions what was called 5,000 times. */
  private static final int ROUNDS = 3_000;

  private static final int BYTES = 16 * 1024;

  @Resource private ManagedThreadFactory threads;

  @PostConstruct
  void check() {
    known();
    if (ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .noneMatch(argument -> argument.startsWith("-XX:TieredStopAtLevel="))) {
      threads.newThread(SealCheck::often).start();
    }
  }

  /**
   * What is known opens as it must.
   *
   * @throws IllegalStateException when it does not
   */
  static void known() {
    opens(() -> Seal.open(KEY, SHORT, ABOUT, "check"), PLAIN);
    opens(() -> LongSeal.open(KEY, LONG, ABOUT, "check"), PLAIN);
    refuses(() -> Seal.open(KEY, changed(SHORT), ABOUT, "check"));
    refuses(() -> LongSeal.open(KEY, changed(LONG), ABOUT, "check"));
  }

  private static void often() {
    byte[] plain = Seal.random(BYTES);
    for (int i = 0; i < ROUNDS && !Thread.currentThread().isInterrupted(); i++) {
      byte[] sealed = LongSeal.seal(KEY, plain, ABOUT);
      opens(() -> LongSeal.open(KEY, sealed, ABOUT, "check"), plain);
    }
  }

  private static void opens(Supplier<byte[]> opening, byte[] expected) {
    if (!Arrays.equals(opening.get(), expected)) {
      throw new IllegalStateException("what was sealed opens as something else");
    }
  }

  private static void refuses(Supplier<byte[]> opening) {
    byte[] opened;
    try {
      opened = opening.get();
    } catch (SealBrokenException e) {
      return;
    }
    throw new IllegalStateException("a changed seal opens: " + opened.length + " bytes");
  }

  private static byte[] changed(byte[] sealed) {
    byte[] changed = sealed.clone();
    changed[changed.length / 2] ^= 1;
    return changed;
  }

  private static byte[] decoded(String base64) {
    return Base64.getDecoder().decode(base64);
  }
}
