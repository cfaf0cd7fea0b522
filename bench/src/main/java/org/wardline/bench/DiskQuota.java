package org.wardline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.wardline.launcher.LauncherException;

/**
 * A file system of its own for the database, in memory, that can be made full at once and be given
 * room again. Only the superuser may mount one.
 */
final class DiskQuota implements AutoCloseable {
  private static final long ROOM = 4L << 30;
  private static final long LAST_BYTES = 1 << 20;
  private static final long SECONDS = 10;
  private final Path folder;

  private DiskQuota(Path folder) {
    this.folder = folder;
  }

  /** Over an empty folder; nothing where this user or this machine cannot mount. */
  static Optional<DiskQuota> over(Path folder) throws IOException {
    Path mounts = Path.of("/proc/self/mounts");
    if (!Files.exists(mounts)) {
      return Optional.empty();
    }
    var quota = new DiskQuota(folder);
    if (Files.readString(mounts).contains(" " + folder + " ")) {
      quota.close(); // of a run that was killed
    }
    return succeeds(
            List.of(
                "mount", "-t", "tmpfs", "-o", "size=" + ROOM, "wardline-bench", folder.toString()))
        ? Optional.of(quota)
        : Optional.empty();
  }

  /** No room is left but for what is half written. */
  void fill() throws IOException {
    var store = Files.getFileStore(folder);
    resize(store.getTotalSpace() - store.getUnallocatedSpace() + LAST_BYTES);
  }

  void free() {
    resize(ROOM);
  }

  private void resize(long bytes) {
    run(List.of("mount", "-o", "remount,size=" + bytes, folder.toString()));
  }

  @Override
  public void close() {
    run(List.of("umount", "--lazy", folder.toString()));
  }

  private static void run(List<String> command) {
    if (!succeeds(command)) {
      throw new LauncherException(String.join(" ", command) + " failed.");
    }
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
