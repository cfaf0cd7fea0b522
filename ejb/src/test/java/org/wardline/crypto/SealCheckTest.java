package org.wardline.crypto;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class SealCheckTest {
  /** Were the form of what is sealed another one, what hospitals have kept would be lost. */
  @Test
  void what_was_sealed_long_ago_opens() {
    assertThatCode(SealCheck::known).doesNotThrowAnyException();
  }
}
