package org.wardline.web.fhir;

import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * HAPI's validator, which lies beside the server's archive and is loaded only where profiles are
 * set. It brings a hundred megabytes, other versions of libraries among them, so it shares nothing
 * with the server but the JDK: resources go in, and findings come out, as JSON.
 */
final class ValidatorAside implements Closeable {
  private static final String MAIN = "org.wardline.profiles.Validator";

  private final URLClassLoader loader;
  private final BiFunction<String, List<String>, String> validator;
  private final Map<String, Set<String>> profiles;

  private ValidatorAside(URLClassLoader loader, Object loaded) {
    this.loader = loader;
    @SuppressWarnings("unchecked") // what its class declares
    var made = (BiFunction<String, List<String>, String>) loaded;
    @SuppressWarnings("unchecked")
    var known = (Supplier<Map<String, Set<String>>>) loaded;
    this.validator = made;
    this.profiles = known.get();
  }

  /**
   * Loads it, and has it read the profiles.
   *
   * @param libraries folder with its JAR files
   * @param folder with the profiles
   * @throws IllegalArgumentException when it is not there, or a profile cannot be used
   */
  static ValidatorAside load(Path libraries, Path folder) {
    var loader = new URLClassLoader(jars(libraries), ClassLoader.getPlatformClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return new ValidatorAside(
          loader, Class.forName(MAIN, true, loader).getConstructor(Path.class).newInstance(folder));
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(String.valueOf(e.getTargetException().getMessage()), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "the validator is not in wardline.fhir.profiles.validator (" + libraries + ")", e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static URL[] jars(Path libraries) {
    try (Stream<Path> files =
        Files.isDirectory(libraries) ? Files.list(libraries) : Stream.empty()) {
      return files
          .filter(f -> f.toString().endsWith(".jar"))
          .map(ValidatorAside::url)
          .toArray(URL[]::new);
    } catch (IOException e) {
      throw new IllegalArgumentException("the folder " + libraries + " cannot be read", e);
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** An OperationOutcome in JSON, about a resource in JSON that must keep to those profiles. */
  String validate(String json, List<String> canonicals) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader); // its libraries look for their parts by it
    try {
      return validator.apply(json, canonicals);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** The profiles that it read, by the type of resource. */
  Map<String, Set<String>> profiles() {
    return profiles;
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
