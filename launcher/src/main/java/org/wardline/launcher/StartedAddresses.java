package org.wardline.launcher;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * At which addresses the program was started on its data, for the commands that speak to what runs:
 * nobody has to say them again.
 */
final class StartedAddresses {
  private static final String FILE = "run/addresses.properties";
  private static final String ADDRESS = "address";

  private StartedAddresses() {}

  static void keep(Installation installation) {
    var addresses = new Properties();
    addresses.setProperty(ADDRESS, installation.address());
    Installation.PORTS.forEach(key -> addresses.setProperty(key, installation.text(key)));
    var text = new StringWriter();
    try {
      addresses.store(text, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    installation.write(FILE, text.toString());
  }

  /**
   * Those of the last start, of which the command line may say others.
   *
   * @param data folder of the data
   * @param settings of the command line
   */
  static Map<String, String> under(Path data, Map<String, String> settings) {
    var all = new TreeMap<String, String>();
    Path file = data.resolve(FILE);
    if (Files.exists(file)) {
      var kept = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        kept.load(reader);
      } catch (IOException e) {
        throw new LauncherException(file + " cannot be read: check its rights.");
      }
      kept.stringPropertyNames().stream()
          .filter(key -> key.equals(ADDRESS) || Installation.PORTS.contains(key))
          .forEach(key -> all.put(key, kept.getProperty(key)));
    }
    all.putAll(settings);
    return all;
  }
}
