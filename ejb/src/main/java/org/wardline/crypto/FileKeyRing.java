package org.wardline.crypto;

import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.JsonFile;

/**
 * Wrapping keys in one JSON file: {@code {"current":"k1","keys":[{"id":"k1","key":"<32 bytes,
 * base64>"}]}}. A key is never removed while anything is wrapped with it; rotation adds one and
 * makes it current.
 */
public final class FileKeyRing implements KeyRing {
  private static final String SETTING = "wardline.keyring.file";
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final String current;
  private final Map<String, byte[]> keys = new HashMap<>();

  /** The file as it is written. */
  record Ring(String current, List<Key> keys) {}

  /** One wrapping key. */
  record Key(String id, String key) {}

  /**
   * Reads the ring.
   *
   * @throws InvalidSettingException when it cannot be read, others may read it, or it holds no
   *     usable current key
   */
  public FileKeyRing(Path file) {
    Ring ring = JsonFile.read(SETTING, file, new TypeReference<Ring>() {});
    refuseOpenFile(file);
    for (Key key : ring.keys()) {
      byte[] material = Base64.getDecoder().decode(key.key());
      if (material.length != Seal.KEY_BYTES) {
        throw new InvalidSettingException(SETTING, "key " + key.id() + " must have 32 bytes");
      }
      keys.put(key.id(), material);
    }
    current = ring.current();
    if (!keys.containsKey(current)) {
      throw new InvalidSettingException(SETTING, "the current key is not in the ring");
    }
  }

  @Override
  public WrappedKey wrap(byte[] dataKey, byte[] associated) {
    return new WrappedKey(current, Seal.seal(material(current), dataKey, associated));
  }

  @Override
  public byte[] unwrap(WrappedKey wrapped, byte[] associated) {
    return Seal.open(material(wrapped.wrappingKeyId()), wrapped.bytes(), associated, "data key");
  }

  private byte[] material(String id) {
    byte[] key = keys.get(id);
    if (key == null) {
      throw new SealBrokenException("wrapping key " + id + " is not in the ring");
    }
    return key;
  }

  private static void refuseOpenFile(Path file) {
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw new InvalidSettingException(
            SETTING, "the file must not be open to others (chmod 600)");
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw new InvalidSettingException(SETTING, "the file's rights cannot be read");
    }
  }
}
