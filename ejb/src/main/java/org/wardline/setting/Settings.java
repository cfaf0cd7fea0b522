package org.wardline.setting;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.function.Function;

/**
 * All settings by name, typed. Defaults are those of {@code config/wardline.properties}, which is
 * part of the archive; a value from outside wins. A faulty value is reported with its key, never
 * with a secret.
 */
public final class Settings {
  private static final Properties DEFAULTS = defaults();
  private final Function<String, Optional<String>> outside;

  /**
   * Settings from one source.
   *
   * @param outside what the operator set; empty where he did not
   */
  public Settings(Function<String, Optional<String>> outside) {
    this.outside = outside;
  }

  /**
   * The value, or its default.
   *
   * @throws InvalidSettingException when the key does not exist
   */
  public String text(String key) {
    String fallback = DEFAULTS.getProperty(key);
    if (fallback == null) {
      throw new InvalidSettingException(key, "there is no such setting");
    }
    return outside.apply(key).orElse(fallback).strip();
  }

  /** A whole number. */
  public int number(String key) {
    try {
      return Integer.parseInt(text(key));
    } catch (NumberFormatException e) {
      throw new InvalidSettingException(key, "must be a whole number");
    }
  }

  /** A duration such as {@code PT30S}; more than zero. */
  public Duration duration(String key) {
    try {
      Duration duration = Duration.parse(text(key));
      if (duration.isZero() || duration.isNegative()) {
        throw new InvalidSettingException(key, "must be more than zero");
      }
      return duration;
    } catch (DateTimeException e) {
      throw new InvalidSettingException(key, "must be a duration such as PT30S");
    }
  }

  public UUID uuid(String key) {
    try {
      return UUID.fromString(text(key));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(key, "must be a UUID");
    }
  }

  public ZoneId zone() {
    try {
      return ZoneId.of(text("wardline.zone"));
    } catch (DateTimeException e) {
      throw new InvalidSettingException(
          "wardline.zone", "must be a time zone such as Europe/Zurich");
    }
  }

  /** Our organisation. */
  public UUID organization() {
    return uuid("wardline.organization.id");
  }

  /** The file that a key names; empty when it names none. */
  public Optional<Path> file(String key) {
    return Optional.of(text(key)).filter(name -> !name.isEmpty()).map(Path::of);
  }

  /**
   * Content of the file that a key names, without white space around it.
   *
   * @throws InvalidSettingException when the key names no file, or one that cannot be read
   */
  public String secret(String key) {
    Path file = file(key).orElseThrow(() -> new InvalidSettingException(key, "must name a file"));
    try {
      return Files.readString(file, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new InvalidSettingException(key, "names a file that cannot be read");
    }
  }

  private static Properties defaults() {
    var defaults = new Properties();
    try (InputStream in = Settings.class.getResourceAsStream("wardline.properties")) {
      if (in == null) {
        throw new IllegalStateException("wardline.properties is missing from the archive");
      }
      defaults.load(in);
      return defaults;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
