package org.wardline.crypto;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.Settings;

/** Gives the stages the key ring that the settings name. */
public class KeyRingSource {
  private static final String SETTING = "wardline.keyring.file";

  @Produces
  @Singleton
  KeyRing keyRing(Settings settings) {
    Path file =
        settings
            .file(SETTING)
            .orElseThrow(() -> new InvalidSettingException(SETTING, "must name the key ring"));
    return new FileKeyRing(file);
  }
}
