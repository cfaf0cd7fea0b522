package org.wardline.hospital;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Keeps what arrives: one file each, in the order of arrival, forced to disk before it is
 * acknowledged.
 */
final class Shelf {
  private final Path folder;
  private long next;

  Shelf(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      this.next = names().size() + 1L;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps a text and gives its number. */
  synchronized long keep(String text) {
    long number = next++;
    Path target = folder.resolve(String.format("%09d.txt", number));
    Path making = folder.resolve("making");
    try (var channel =
        java.nio.channels.FileChannel.open(
            making,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      var bytes = java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      Files.move(making, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return number;
  }

  /** All texts, in order. */
  List<String> all() {
    var texts = new ArrayList<String>();
    each((number, text) -> texts.add(text));
    return texts;
  }

  /** Who looks at one text after the other. */
  interface Reader {
    void read(long number, String text);
  }

  /** Reads all of them, in order, holding one at a time: there may be a great many. */
  void each(Reader reader) {
    try {
      long number = 1;
      for (Path name : names()) {
        reader.read(number++, Files.readString(name));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
    }
  }
}
