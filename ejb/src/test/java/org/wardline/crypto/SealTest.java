package org.wardline.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.wardline.setting.InvalidSettingException;

class SealTest {
  private static final byte[] PLAIN = "potassium 6.8".getBytes(StandardCharsets.UTF_8);
  private static final byte[] ABOUT = "header".getBytes(StandardCharsets.UTF_8);

  @Test
  void one_changed_bit_anywhere_does_not_open() {
    byte[] key = Seal.newKey();
    byte[] sealed = Seal.seal(key, PLAIN, ABOUT);
    assertThat(Seal.open(key, sealed, ABOUT, "it")).isEqualTo(PLAIN);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> Seal.open(key, changed, ABOUT, "it"))
          .isInstanceOf(SealBrokenException.class);
    }
    assertThatThrownBy(() -> Seal.open(key, sealed, PLAIN, "it"))
        .isInstanceOf(SealBrokenException.class);
    assertThatThrownBy(() -> Seal.open(Seal.newKey(), sealed, ABOUT, "it"))
        .isInstanceOf(SealBrokenException.class);
  }

  @Test
  void long_contents_open_as_they_were_sealed_whatever_their_length() {
    byte[] key = Seal.newKey();
    for (int length : new int[] {8191, 8192, 8193, 16384, 16385, 100_000}) {
      byte[] plain = Seal.random(length);
      byte[] sealed = Seal.seal(key, plain, ABOUT);
      assertThat(Seal.open(key, sealed, ABOUT, "it")).isEqualTo(plain);
      sealed[sealed.length / 2] ^= 1;
      assertThatThrownBy(() -> Seal.open(key, sealed, ABOUT, "it"))
          .isInstanceOf(SealBrokenException.class);
    }
  }

  @Test
  void the_same_text_is_sealed_differently_each_time() {
    byte[] key = Seal.newKey();
    assertThat(Seal.seal(key, PLAIN, ABOUT)).isNotEqualTo(Seal.seal(key, PLAIN, ABOUT));
  }

  @Test
  void a_rotated_ring_opens_what_the_old_key_wrapped(@TempDir Path folder) throws Exception {
    String one = Base64.getEncoder().encodeToString(Seal.newKey());
    String two = Base64.getEncoder().encodeToString(Seal.newKey());
    Path file =
        ring(folder, "{\"current\":\"a\",\"keys\":[{\"id\":\"a\",\"key\":\"" + one + "\"}]}");
    KeyRing.WrappedKey wrapped = new FileKeyRing(file).wrap(PLAIN, ABOUT);
    ring(
        folder,
        "{\"current\":\"b\",\"keys\":[{\"id\":\"a\",\"key\":\""
            + one
            + "\"},{\"id\":\"b\",\"key\":\""
            + two
            + "\"}]}");
    KeyRing rotated = new FileKeyRing(file);
    assertThat(rotated.unwrap(wrapped, ABOUT)).isEqualTo(PLAIN);
    assertThat(rotated.wrap(PLAIN, ABOUT).wrappingKeyId()).isEqualTo("b");
  }

  @Test
  void a_ring_that_others_may_read_or_that_is_short_is_refused(@TempDir Path folder)
      throws Exception {
    Path file = ring(folder, "{\"current\":\"a\",\"keys\":[{\"id\":\"a\",\"key\":\"c2hvcnQ=\"}]}");
    assertThatThrownBy(() -> new FileKeyRing(file))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageContaining("32 bytes");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> new FileKeyRing(file)).hasMessageContaining("chmod 600");
  }

  private static Path ring(Path folder, String json) throws Exception {
    Path file = Files.writeString(folder.resolve("ring.json"), json);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
