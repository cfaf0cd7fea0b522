package org.wardline.intake.hl7v2;

import com.fasterxml.jackson.core.type.TypeReference;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.hl7.AssigningAuthority;
import org.wardline.mapping.hl7.Msh;
import org.wardline.mapping.hl7.Sender;
import org.wardline.setting.InvalidSettingException;
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

  /** Table 0078: beyond panic limits, and abnormal for results that are no numbers. */
  private static final Set<String> CRITICAL = Set.of("HH", "LL", "AA");

  private final List<Source> sources;

  /** One entry of the file. */
  record Entry(
      String name,
      @Nullable String application,
      @Nullable String facility,
      @Nullable String authority,
      @Nullable String zone,
      boolean strictControlIds,
      @Nullable Acknowledge acknowledge,
      @Nullable String certificate,
      @Nullable List<String> criticalFlags,
      @Nullable Unknown unknown,
      @Nullable UnknownEvent unknownEvents,
      @Nullable Boolean staff) {}

  /** What happens to an event without a meaning here, in a message of a known type. */
  public enum UnknownEvent {
    /** What its segments say is taken, with a warning (201): the usual way. */
    TAKE,
    /** Its sender is told (AR 201). */
    REFUSE
  }

  /** What happens to a message whose type has no rule. */
  public enum Unknown {
    /** Its sender is told (AR 200): the usual way. */
    REFUSE,
    /** It is kept as it came, answered, and counted. */
    KEEP
  }

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
   * @param certificate subject of the certificate by which its peer proves itself (RFC 2253); null
   *     when anybody who can connect may speak for it
   * @param criticalFlags values of OBX-8 that somebody must know at once
   * @param unknown what happens to a message whose type has no rule
   * @param unknownEvents what happens to an event without a meaning here
   * @param staff it may tell who works here, and so sign people out (MFN^M02)
   */
  public record Source(
      String name,
      String application,
      String facility,
      String authority,
      ZoneId zone,
      boolean strictControlIds,
      Acknowledge acknowledge,
      @Nullable String certificate,
      Set<String> criticalFlags,
      Unknown unknown,
      UnknownEvent unknownEvents,
      boolean staff) {

    /** What its data types mean. */
    Sender sender() {
      return new Sender(authority, zone);
    }

    /** That peer may speak for it. */
    boolean isSpokenForBy(Peer peer) {
      return certificate == null || certificate.equals(peer.certificate());
    }

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
            .orElse(
                List.of(
                    new Entry(
                        "any", null, null, null, null, false, null, null, null, null, null, true)))
            .stream()
            .map(entry -> source(entry, zone))
            .toList();
  }

  /**
   * The first source that fits MSH-3 and MSH-4 and for which that peer may speak. A peer whose
   * certificate stands at some source speaks for none but those where it stands.
   */
  public Optional<Source> of(Msh msh, Peer peer) {
    boolean owner =
        peer.certificate() != null
            && sources.stream().anyMatch(s -> peer.certificate().equals(s.certificate()));
    return sources.stream()
        .filter(source -> source.sends(msh) && source.isSpokenForBy(peer))
        .filter(source -> !owner || source.certificate() != null)
        .findFirst();
  }

  /** The source of that name. */
  Optional<Source> named(String name) {
    return sources.stream().filter(source -> source.name().equals(name)).findFirst();
  }

  /** In the one form in which they are compared. */
  private static @Nullable String subject(@Nullable String name) {
    try {
      return name == null ? null : new X500Principal(name).getName();
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(SETTING, "holds a certificate that is no subject name");
    }
  }

  private static Source source(Entry entry, ZoneId zone) {
    return new Source(
        entry.name(),
        entry.application() == null ? ANY : entry.application(),
        entry.facility() == null ? ANY : entry.facility(),
        entry.authority() == null ? AssigningAuthority.uri(entry.name()) : entry.authority(),
        entry.zone() == null ? zone : ZoneId.of(entry.zone()),
        entry.strictControlIds(),
        entry.acknowledge() == null ? Acknowledge.PROCESSED : entry.acknowledge(),
        subject(entry.certificate()),
        entry.criticalFlags() == null
            ? CRITICAL
            : entry.criticalFlags().stream()
                .map(flag -> flag.toUpperCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet()),
        entry.unknown() == null ? Unknown.REFUSE : entry.unknown(),
        entry.unknownEvents() == null ? UnknownEvent.TAKE : entry.unknownEvents(),
        Boolean.TRUE.equals(entry.staff()));
  }
}
