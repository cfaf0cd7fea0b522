package org.wardline.setting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tables that an operator edits, as JSON. An unknown member is a fault: it is most likely a
 * misspelt one.
 */
public final class JsonFile {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .build();

  private JsonFile() {}

  /**
   * Reads the file that a key names.
   *
   * @throws InvalidSettingException when it cannot be read or does not fit
   */
  public static <T> T read(String key, Path file, TypeReference<T> type) {
    try {
      return JSON.readValue(Files.readString(file), type);
    } catch (JsonProcessingException e) {
      throw new InvalidSettingException(
          key,
          file.getFileName()
              + " does not fit: line "
              + e.getLocation().getLineNr()
              + ", "
              + e.getOriginalMessage());
    } catch (IOException e) {
      throw new InvalidSettingException(key, "names a file that cannot be read");
    }
  }
}
