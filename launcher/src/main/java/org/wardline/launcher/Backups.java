package org.wardline.launcher;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Backups of the database while it runs, and the way back to any moment after one (PostgreSQL
 * manual, section 25.3). The key ring and the secrets are not in them: who has only a backup can
 * read no message.
 */
final class Backups {
  /** Made anew by the server, or of the running process only (section 54.6). */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "pg_wal",
          "pg_replslot",
          "pg_dynshmem",
          "pg_notify",
          "pg_serial",
          "pg_snapshots",
          "pg_stat_tmp",
          "pg_subtrans");

  private static final List<String> OF_THE_PROCESS =
      List.of("postmaster.", "epg-lock", "pgsql_tmp");

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Abbreviations of time zones, such as Z, are not known yet when the server reads it. */
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS+00", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Installation installation;
  private final SecretFiles secrets;

  Backups(Installation installation, SecretFiles secrets) {
    this.installation = installation;
    this.secrets = secrets;
  }

  /**
   * Copies the running database.
   *
   * @param folder does not exist, or is empty
   * @throws LauncherException when the database does not run, or its log is not archived: without
   *     it a copy of files that change is worth nothing
   */
  void take(Path folder) {
    try {
      refuseUsed(folder);
      String url = "jdbc:postgresql://127.0.0.1:" + installation.port("postgres") + "/postgres";
      try (Connection connection =
              DriverManager.getConnection(
                  url, "postgres", secrets.read(secrets.password("postgres")));
          Statement statement = connection.createStatement()) {
        if (!"on".equals(text(statement, "show archive_mode"))) {
          throw new LauncherException(
              "The log of the database is not archived. Start with --set postgres.archive=FOLDER first.");
        }
        text(statement, "select pg_backup_start('wardline', true)");
        copy(data(), folder, true);
        try (ResultSet end = statement.executeQuery("select * from pg_backup_stop(true)")) {
          end.next(); // waits until all of the log that belongs to it is archived
          Files.writeString(folder.resolve("backup_label"), end.getString("labelfile"));
        }
      }
    } catch (IOException | SQLException e) {
      throw new LauncherException("The backup failed: " + e.getMessage());
    }
  }

  /**
   * Puts a backup in the place of the database, which is kept beside it; the next start follows the
   * archived log.
   *
   * @param until what was committed later stays away; null: everything comes back
   * @return where the former data are
   * @throws LauncherException when the database runs, or the folder holds no backup
   */
  Path restore(Path folder, @Nullable Instant until) {
    String archive = installation.text("postgres.archive");
    if (archive.isEmpty()) {
      throw new LauncherException("Say where the log is archived: --set postgres.archive=FOLDER");
    }
    if (!Files.exists(folder.resolve("backup_label"))) {
      throw new LauncherException("There is no backup in " + folder + ".");
    }
    try {
      if (PostgresPart.process(data()).isPresent()) {
        throw new LauncherException("The database runs. Stop it first: ./wardline stop");
      }
      Path before =
          data().resolveSibling("data-before-" + Instant.now().toString().replace(":", ""));
      if (Files.exists(data())) {
        Files.move(data(), before);
      }
      copy(folder, data(), false);
      for (String name : LEFT_OUT) {
        Files.createDirectories(data().resolve(name));
      }
      if (Files.exists(before.resolve("pg_wal"))) {
        copy(before.resolve("pg_wal"), data().resolve("pg_wal"), false); // not archived yet
      }
      follow(Path.of(archive).toAbsolutePath(), until);
      return before;
    } catch (IOException e) {
      throw new LauncherException("The backup cannot be put back: " + e.getMessage());
    }
  }

  /** Nobody is let in before the end is reached. */
  private void follow(Path archive, @Nullable Instant until) throws IOException {
    String settings =
        "hot_standby = off\nrecovery_target_action = promote\nrecovery_target_timeline = latest\n"
            + "restore_command = 'cp \"%s/%%f\" \"%%p\"'\n"
                .formatted(archive.toString().replace("'", "''"))
            + (until == null ? "" : "recovery_target_time = '" + MOMENT.format(until) + "'\n");
    Files.writeString(
        data().resolve("postgresql.auto.conf"),
        settings,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    Files.writeString(data().resolve("recovery.signal"), "");
  }

  private Path data() {
    return installation.folder("postgres").resolve("data");
  }

  private static void refuseUsed(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new LauncherException("The folder " + folder + " is not empty.");
        }
      }
    }
  }

  private static String text(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    }
  }

  /**
   * Copies a folder whose files may change and go meanwhile.
   *
   * @param running without what belongs to the running server
   */
  private static void copy(Path from, Path to, boolean running) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (running && left(folder)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Path copy = to.resolve(from.relativize(folder).toString());
            if (!Files.exists(copy)) {
              Files.createDirectories(copy.toAbsolutePath().getParent());
              Files.createDirectory(copy, OWNER_ONLY);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!running || !ofTheProcess(file)) {
              try {
                Files.copy(
                    file,
                    to.resolve(from.relativize(file).toString()),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.COPY_ATTRIBUTES);
              } catch (NoSuchFileException e) {
                return FileVisitResult.CONTINUE; // the server removed it: the log knows
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          private boolean left(Path folder) {
            Path inside = from.relativize(folder);
            return inside.getNameCount() == 1 && LEFT_OUT.contains(inside.toString());
          }

          private boolean ofTheProcess(Path file) {
            String name = file.getFileName().toString();
            return OF_THE_PROCESS.stream().anyMatch(name::startsWith);
          }
        });
  }
}
