package org.wardline.intake.hl7v2;

import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.hl7.AssigningAuthority;
import org.wardline.mapping.hl7.Msh;
import org.wardline.setting.JsonFile;
import org.wardline.setting.Settings;

/**
 * The systems that may send HL7 v2 ({@code wardline.hl7.sources.file}); without a list, any that
 * can connect.
 */
@Singleton
public class Sources {
  private static final String SETTING = "wardline.hl7.sources.file";
  private static final String ANY = "*";
  private final List<Source> sources;

  /** One entry of the file. */
  record Entry(
      String name,
      @Nullable String application,
      @Nullable String facility,
      @Nullable String authority,
      @Nullable String zone,
      boolean strictControlIds,
      @Nullable Acknowledge acknowledge) {}

  /** When a message counts as taken, where its sender does not ask for a mode. */
  public enum Acknowledge {
    /** After it was processed: the usual way. */
    PROCESSED,
    /** Once it is kept; what then fails in processing is parked with an owner. */
    KEPT,
    /** Once it is kept; it is never processed, and may be of any type. */
    ARCHIVED
  }

  /**
   * A sending system.
   *
   * @param name in logs and the audit trail
   * @param application MSH-3.1, or {@code *}
   * @param facility MSH-4.1, or {@code *}
   * @param authority assigning authority, a URI, of identifiers that come without one
   * @param zone for times without offset
   * @param strictControlIds true: a control id that comes again with another body is refused
   * @param acknowledge when its messages count as taken
   */
  public record Source(
      String name,
      String application,
      String facility,
      String authority,
      ZoneId zone,
      boolean strictControlIds,
      Acknowledge acknowledge) {

    boolean sends(Msh msh) {
      return fits(application, msh.component(3, 1)) && fits(facility, msh.component(4, 1));
    }

    /** Where control ids are counted: the sending application and facility within this source. */
    String controlIdScope(Msh msh) {
      return name + "|" + msh.field(3) + "|" + msh.field(4);
    }

    private static boolean fits(String wanted, String sent) {
      return wanted.equals(ANY) || wanted.equals(sent);
    }
  }

  @Inject
  public Sources(Settings settings) {
    ZoneId zone = settings.zone();
    sources =
        settings
            .file(SETTING)
            .map(file -> JsonFile.read(SETTING, file, new TypeReference<List<Entry>>() {}))
            .orElse(List.of(new Entry("any", null, null, null, null, false, null)))
            .stream()
            .map(entry -> source(entry, zone))
            .toList();
  }

  /** The first source that fits MSH-3 and MSH-4. */
  public Optional<Source> of(Msh msh) {
    return sources.stream().filter(source -> source.sends(msh)).findFirst();
  }

  private static Source source(Entry entry, ZoneId zone) {
    return new Source(
        entry.name(),
        entry.application() == null ? ANY : entry.application(),
        entry.facility() == null ? ANY : entry.facility(),
        entry.authority() == null ? AssigningAuthority.uri(entry.name()) : entry.authority(),
        entry.zone() == null ? zone : ZoneId.of(entry.zone()),
        entry.strictControlIds(),
        entry.acknowledge() == null ? Acknowledge.PROCESSED : entry.acknowledge());
  }
}
