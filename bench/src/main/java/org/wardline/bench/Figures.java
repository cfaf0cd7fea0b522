package org.wardline.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a trial found: numbers by name, in the order in which they came. */
final class Figures {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final String title;
  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private long lost;
  private long doubled;

  Figures(String title) {
    this.title = title;
  }

  void add(String name, double number) {
    numbers.put(name, number);
  }

  /** What was acknowledged and is not there, and what is there more than once. */
  void counted(long missing, long twice) {
    lost += missing;
    doubled += twice;
  }

  boolean whole() {
    return lost == 0 && doubled == 0;
  }

  String table() {
    var text = new StringBuilder(title + "\n");
    numbers.forEach(
        (name, number) -> text.append(String.format(Locale.ROOT, "%-60s %12.2f%n", name, number)));
    return text.append(String.format("lost %d   doubled %d%n", lost, doubled)).toString();
  }

  /** Writes {@code name.json}. */
  void write(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    var all = new LinkedHashMap<String, Object>();
    all.put("title", title);
    all.put("processors", Runtime.getRuntime().availableProcessors());
    all.put("java", Runtime.version().toString());
    all.put("figures", numbers);
    all.put("lost", lost);
    all.put("doubled", doubled);
    JSON.writeValue(folder.resolve(name + ".json").toFile(), all);
  }
}
