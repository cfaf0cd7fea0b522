package org.wardline.intake.hl7v2;

import jakarta.ejb.Stateless;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.wardline.access.AccessPolicy;
import org.wardline.access.Gate;
import org.wardline.audit.AuditTrail;
import org.wardline.mapping.hl7.CharacterSets;
import org.wardline.mapping.hl7.Hl7FaultException;
import org.wardline.mapping.hl7.Msh;
import org.wardline.message.Actor;
import org.wardline.message.AuditAct;
import org.wardline.message.AuditRecord.Detail;
import org.wardline.message.AuditRecord.Entity;
import org.wardline.message.InvalidMessageException;
import org.wardline.patient.PatientSummary;
import org.wardline.patient.Patients;
import org.wardline.store.Database;
import org.wardline.store.RowBatch;

/** Looking after what systems send: how it stands, what a message's story is, doing it again. */
@Stateless
@SuppressWarnings("NullAway.Init")
public class Interfaces {
  private static final int MOST = 100;
  private static final int SHORTEST_REASON = 10;
  private static final int LONGEST_REASON = 200;
  private static final Pattern LINES = Pattern.compile("\r\n|\r|\n");

  @Inject private AccessPolicy policy;
  @Inject private Gate gate;
  @Inject private AuditTrail audit;
  @Inject private InboundLog log;
  @Inject private InboundStore store;
  @Inject private Patients patients;
  @Inject private Database database;

  /** A source, and how it stands with it. */
  public record SourceStanding(String name, long today, @Nullable Instant last, long review) {}

  /** Segments without a rule, of one kind of message. */
  public record UnmappedSegment(
      String source, String messageType, String segment, long seen, Instant last) {}

  /**
   * What to look for; null and empty members do not restrict.
   *
   * @param patientNumber an identifier of the patient that it told of
   * @param states of {@link Heading#state()}, any of these
   * @param since came at or after
   * @param until came before
   * @param before the last one of the page before
   */
  public record Wanted(
      @Nullable String controlId,
      @Nullable String source,
      @Nullable String patientNumber,
      List<String> states,
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable UUID before) {}

  /** All sources, and what of them has no rule. */
  public record Overview(List<SourceStanding> sources, List<UnmappedSegment> unmapped) {}

  /**
   * A message, without its content.
   *
   * @param source name of the source, application and facility, divided by {@code |}
   * @param state {@code processed}, {@code waiting}, {@code review}, {@code closed} or {@code kept}
   * @param reason why somebody must look at it; null when nobody must
   * @param owner whose task that is
   */
  public record Heading(
      UUID id,
      String source,
      String controlId,
      String messageType,
      Instant receivedAt,
      String state,
      @Nullable String reason,
      @Nullable String owner,
      @Nullable String closedBy) {
    static Heading of(InboundLog.Entry entry) {
      return new Heading(
          entry.id(),
          entry.source(),
          entry.name().controlId(),
          entry.messageType(),
          entry.receivedAt(),
          entry.state(),
          entry.reason(),
          entry.owner(),
          entry.closedBy());
    }
  }

  /**
   * A message's story.
   *
   * @param segments its segments: names, and which fields are filled; nothing of their content
   * @param answers the acknowledgments it got, as long as they are kept
   */
  public record Story(Heading heading, List<String> segments, List<String> answers) {}

  /**
   * How it stands with all sources.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Overview overview(Actor actor) {
    gate.pass(policy.decideInterfaces(actor), actor);
    audit.recordSearch(actor, "interfaces", List.of());
    UUID organization = actor.organizationId();
    return new Overview(
        log.standings(organization).stream()
            .map(s -> new SourceStanding(s.source(), s.today(), s.last(), s.review()))
            .toList(),
        log.unmapped(organization, MOST).stream()
            .map(
                u ->
                    new UnmappedSegment(
                        u.source(), u.messageType(), u.segment(), u.seen(), u.last()))
            .toList());
  }

  /**
   * Messages, the newest first, at most {@value #MOST}.
   *
   * @param wanted what to look for
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public List<Heading> messages(Actor actor, Wanted wanted) {
    gate.pass(policy.decideInterfaces(actor), actor);
    UUID organization = actor.organizationId();
    String number = wanted.patientNumber();
    List<UUID> told =
        number == null
            ? null
            : patients.find(organization, Patients.Query.ofIdentifier(null, number), MOST).stream()
                .map(PatientSummary::id)
                .toList();
    audit.recordSearch(actor, "interfaces/messages", told == null ? List.of() : told);
    var query =
        new InboundLog.Query(
            wanted.controlId(),
            wanted.source(),
            wanted.states(),
            told,
            wanted.since(),
            wanted.until(),
            wanted.before());
    return log.find(organization, query, MOST).stream().map(Heading::of).toList();
  }

  /**
   * The story of a message, without its content.
   *
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public Optional<Story> story(Actor actor, UUID id) {
    gate.pass(policy.decideInterfaces(actor), actor, data(id));
    return log.byId(actor.organizationId(), id)
        .map(
            entry ->
                new Story(
                    Heading.of(entry),
                    masked(store.open(entry.id(), entry.name(), entry.sealed())),
                    log.answers(entry.name()).stream()
                        .map(a -> new String(a, StandardCharsets.UTF_8))
                        .toList()));
  }

  /**
   * The message as it came; that it was opened, and why, is on record.
   *
   * @param reason of 10 to 200 characters
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   * @throws org.wardline.access.StepUpRequiredException when his second factor is not fresh
   * @throws InvalidMessageException when no reason is given
   */
  public Optional<String> open(Actor actor, UUID id, String reason) {
    gate.pass(policy.decideOpenInbound(actor), actor, data(id));
    String stated = reason.strip();
    if (stated.length() < SHORTEST_REASON || stated.length() > LONGEST_REASON) {
      throw new InvalidMessageException(
          "reason", "Say in a few words why you need it (10 to 200 characters).");
    }
    return log.byId(actor.organizationId(), id)
        .map(
            entry -> {
              audit.record(
                  actor,
                  AuditAct.INTERFACE_MESSAGE_OPENED,
                  new Entity.Data(
                      "urn:uuid:" + id,
                      List.of(
                          new Detail("control-id", entry.name().controlId(), false),
                          new Detail("reason", stated, false))));
              return text(store.open(entry.id(), entry.name(), entry.sealed()));
            });
  }

  /**
   * Processes again what somebody must look at: once what stood in its way is mended.
   *
   * @return false when there is no such message, or nobody must look at it
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public boolean replay(Actor actor, UUID id) {
    gate.pass(policy.decideInterfaces(actor), actor, data(id));
    Optional<InboundLog.Entry> entry = log.byId(actor.organizationId(), id);
    if (entry.isEmpty() || !log.close(actor.organizationId(), id, by(actor))) {
      return false;
    }
    var rows = new RowBatch();
    String source = entry.get().source().split("\\|", 2)[0];
    store.addWork(rows, actor.organizationId(), id, source, "replay");
    database.write(rows);
    audit.record(actor, AuditAct.INTERFACE_MESSAGE_REPLAYED, named(entry.get()));
    return true;
  }

  /**
   * Somebody saw to it; nothing more is to be done.
   *
   * @return false when nobody must look at it
   * @throws org.wardline.access.AccessDeniedException when he may not; it is on record
   */
  public boolean close(Actor actor, UUID id) {
    gate.pass(policy.decideInterfaces(actor), actor, data(id));
    Optional<InboundLog.Entry> entry = log.byId(actor.organizationId(), id);
    boolean closed = entry.isPresent() && log.close(actor.organizationId(), id, by(actor));
    if (closed) {
      audit.record(actor, AuditAct.REVIEW_CLOSED, named(entry.get()));
    }
    return closed;
  }

  private static String by(Actor actor) {
    return actor.party().toString();
  }

  private static Entity.Data data(UUID id) {
    return new Entity.Data("urn:uuid:" + id, List.of());
  }

  private static Entity.Data named(InboundLog.Entry entry) {
    return new Entity.Data(
        "urn:uuid:" + entry.id(),
        List.of(new Detail("control-id", entry.name().controlId(), false)));
  }

  private static String text(byte[] raw) {
    try {
      String set = Msh.read(raw).characterSet();
      return LINES.matcher(CharacterSets.decode(raw, CharacterSets.named(set))).replaceAll("\n");
    } catch (Hl7FaultException e) {
      return new String(raw, StandardCharsets.ISO_8859_1);
    }
  }

  /** {@code PID 3 5 7 8}: what is filled, without what it says. */
  private static List<String> masked(byte[] raw) {
    String text = text(raw);
    String separator = "|";
    List<String> segments = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("MSH") && line.length() > 4) {
        separator = line.substring(3, 4);
      }
      if (!line.isBlank()) {
        segments.add(masked(line.split(Pattern.quote(separator), -1)));
      }
    }
    return segments;
  }

  private static String masked(String[] fields) {
    String name = fields[0].matches("[A-Z][A-Z0-9]{2}") ? fields[0] : "???";
    int first = name.equals("MSH") ? 1 : 0; // MSH-1 is the separator itself
    var filled = new StringBuilder(name);
    for (int i = 1; i < fields.length; i++) {
      if (!fields[i].isEmpty()) {
        filled.append(' ').append(i + first);
      }
    }
    return filled.toString();
  }
}
