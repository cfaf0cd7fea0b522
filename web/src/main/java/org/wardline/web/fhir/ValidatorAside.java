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

/**
 * HAPI's validator, which lies beside the server's archive and is loaded only where profiles are
 * set. It brings a hundred megabytes, other versions of libraries among them, so it shares nothing
 * with the server but the JDK: resources go in, and findings come out, as JSON.
 */
final class ValidatorAside implements Closeable {
  private static final String MAIN = "org.wardline.profiles.Validator";

  /** Its manifest names the libraries beside it. */
  private static final String JAR = "wardline-profiles.jar";

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
    Path jar = libraries.resolve(JAR);
    if (!Files.isReadable(jar)) {
      throw new IllegalArgumentException(
          "the validator is not in wardline.fhir.profiles.validator: there is no " + jar);
    }
    var loader = new URLClassLoader(new URL[] {url(jar)}, ClassLoader.getPlatformClassLoader());
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return new ValidatorAside(
          loader, Class.forName(MAIN, true, loader).getConstructor(Path.class).newInstance(folder));
    } catch (InvocationTargetException e) {
      closed(loader);
      throw new IllegalArgumentException(String.valueOf(e.getTargetException().getMessage()), e);
    } catch (ReflectiveOperationException e) {
      closed(loader);
      throw new IllegalArgumentException("the validator in " + libraries + " is not whole", e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static void closed(URLClassLoader loader) {
    try {
      loader.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static URL url(Path file) {
    try {
      return file.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /**
   * An OperationOutcome in JSON, about a resource in JSON that must keep to those profiles.
   *
   * @throws ValidatorFailedException when it cannot say
   */
  String validate(String json, List<String> canonicals) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader); // its libraries look for their parts by it
    try {
      return validator.apply(json, canonicals);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      // its words may quote the resource, and its class is none that this server knows
      throw new ValidatorFailedException(e.getClass().getName(), e.getStackTrace());
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
