package org.wardline.setting;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;

/** Gives the stages their settings. */
public class SettingSource {

  /** Settings from MicroProfile Config: system properties, environment, files. */
  @Produces
  @Singleton
  Settings settings() {
    var config = ConfigProvider.getConfig(SettingSource.class.getClassLoader());
    return new Settings(
        key ->
            Optional.ofNullable(config.getConfigValue(key).getValue()).filter(v -> !v.isBlank()));
  }
}
