package org.wardline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.wardline.launcher.Installation;

/** An installation with data of its own, tuned as one that serves a hospital. */
final class BenchSettings {
  private static final String SOURCES =
      "[{\"name\":\"bench-kept\",\"application\":\"BENCH-KEPT\",\"acknowledge\":\"archived\"},{\"name\":\"any\"}]";
  private static final String ROUTES =
      """
      [ {"destination": "ehr-fhir", "categories": ["notification", "instruction"]},
        {"destination": "ehr-hl7", "categories": ["notification", "instruction"]},
        {"destination": "bench-sink", "categories": ["alert", "reminder"]} ]""";
  private static final String SINK =
      """
      , {"name": "bench-sink", "display": "Sink", "host": "127.0.0.1", "port": %d, "timeout": "PT5S", "owner": "administrator",
         "profile": {"version": "2.5.1", "sendingApplication": "WARDLINE", "sendingFacility": "BENCH", "receivingApplication": "SINK",
                     "receivingFacility": "BENCH", "characterSet": "UNICODE UTF-8", "processingId": "T"}}
      ]""";

  private final Installation usual;
  private final Path data;
  private final Path files;
  private final Map<String, String> own = new TreeMap<>();

  BenchSettings(Installation usual) throws IOException {
    this.usual = usual;
    this.data = usual.folder("bench").resolve("data");
    this.files = Files.createDirectories(data.resolve("run"));
    own.put("wardline.hl7.sources.file", write("sources.json", SOURCES));
  }

  /** The database and the destinations are reached over these. */
  BenchSettings over(Wires wires) throws IOException {
    own.putAll(wires.settings(usual, files));
    return this;
  }

  /** Alerts and reminders are filed there, all else in the demo hospital. */
  BenchSettings filing(MllpSink sink) throws IOException {
    String demo =
        Files.readString(usual.config("demo/destinations.json"))
            .replace("@HOSPITAL_HTTP@", usual.text("hospital.http.port"))
            .replace("@HOSPITAL_MLLP@", usual.text("hospital.mllp.port"));
    String all = demo.substring(0, demo.lastIndexOf(']')) + SINK.formatted(sink.port());
    own.put("wardline.destinations.file", write("destinations-and-sink.json", all));
    own.put("wardline.routing.file", write("routing.json", ROUTES));
    return this;
  }

  /**
   * The installation.
   *
   * @param given settings of the command line, which come first
   */
  Installation installation(Map<String, String> given) throws IOException {
    var text = new StringBuilder();
    own.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    String settings = write("bench.properties", text.toString());
    Map<String, String> overrides = new LinkedHashMap<>(given);
    overrides.putIfAbsent("server.settings.file", settings);
    overrides.putIfAbsent(
        "server.jvm", "-Xms512m -Xmx512m -XX:+UseSerialGC -XX:-UseCodeCacheFlushing");
    return new Installation(usual.root(), data, overrides);
  }

  private String write(String name, String content) throws IOException {
    return Files.writeString(files.resolve(name), content).toString();
  }
}
