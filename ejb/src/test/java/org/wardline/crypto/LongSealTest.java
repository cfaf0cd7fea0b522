package org.wardline.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LongSealTest {
  private static final byte[] KEY = Seal.newKey();
  private static final byte[] ABOUT = "record".getBytes(StandardCharsets.UTF_8);
  private static final int SEGMENT = 16 * 1024;

  @Test
  void every_length_comes_back() {
    for (int length : new int[] {0, 1, SEGMENT - 57, SEGMENT - 16, SEGMENT, SEGMENT + 1, 200_000}) {
      byte[] plain = Seal.random(length);
      assertThat(LongSeal.open(KEY, LongSeal.seal(KEY, plain, ABOUT), ABOUT, "it"))
          .isEqualTo(plain);
    }
  }

  @Test
  void what_was_changed_cut_exchanged_or_is_about_something_else_does_not_open() {
    byte[] sealed = LongSeal.seal(KEY, Seal.random(4 * SEGMENT), ABOUT);
    for (int at = 0; at < sealed.length; at += 997) {
      byte[] changed = sealed.clone();
      changed[at] ^= 1;
      refused(KEY, changed, ABOUT);
    }
    for (int segments = 0; segments < 4; segments++) {
      refused(KEY, Arrays.copyOf(sealed, segments * SEGMENT), ABOUT);
    }
    refused(KEY, Arrays.copyOf(sealed, sealed.length - 1), ABOUT);
    byte[] exchanged = sealed.clone();
    System.arraycopy(sealed, SEGMENT, exchanged, 2 * SEGMENT, SEGMENT);
    System.arraycopy(sealed, 2 * SEGMENT, exchanged, SEGMENT, SEGMENT);
    refused(KEY, exchanged, ABOUT);
    refused(KEY, sealed, KEY);
    refused(Seal.newKey(), sealed, ABOUT);
  }

  private static void refused(byte[] key, byte[] sealed, byte[] about) {
    assertThatThrownBy(() -> LongSeal.open(key, sealed, about, "it"))
        .isInstanceOf(SealBrokenException.class)
        .hasMessageContaining("it");
  }
}
