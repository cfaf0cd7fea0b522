package org.wardline.launcher;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code wardline} command. */
@Command(
    name = "wardline",
    mixinStandardHelpOptions = true,
    version = "Wardline 0.1.0",
    description =
        "The secure messenger of a hospital: runs it on this machine, and helps its operator.",
    scope = ScopeType.INHERIT,
    subcommands = {
      StartCommand.class,
      PrepareCommand.class,
      ServeCommand.class,
      StopCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      DoctorCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      CodeCommand.class,
      TokenCommand.class,
      Hl7Command.class
    })
public final class Wardline {
  @Option(
      names = "--data",
      scope = ScopeType.INHERIT,
      description = "Folder of the data; default: .wardline")
  private Path data = Path.of(".wardline");

  @Option(
      names = "--set",
      scope = ScopeType.INHERIT,
      paramLabel = "KEY=VALUE",
      description = "A setting of config/launcher.properties")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** Entry point. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command and gives its exit status. */
  public static int run(String... arguments) {
    var line = new CommandLine(new Wardline());
    ServiceLoader.load(FurtherCommand.class).forEach(further -> line.addSubcommand(further));
    line.setExecutionExceptionHandler(
        (fault, command, parsed) -> {
          String sentence =
              fault instanceof LauncherException ? fault.getMessage() : "Unexpected: " + fault;
          command.getErr().println(sentence);
          command.getErr().flush();
          return 1;
        });
    return line.execute(arguments);
  }

  /** Settings that were given on the command line. */
  public Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  /** Where it is, as the options of the command line say. */
  public Installation installation() {
    return new Installation(root(), folder(), settings);
  }

  /** The same, at the addresses at which it was started, unless the command line says others. */
  Installation started() {
    return new Installation(root(), folder(), StartedAddresses.under(folder(), settings));
  }

  private static Path root() {
    return Path.of(System.getProperty("wardline.root", "."));
  }

  private Path folder() {
    return data.isAbsolute() ? data : root().resolve(data);
  }
}
