package org.wardline.reading;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Conditions;

/**
 * What messages to look for; null and empty members do not restrict.
 *
 * @param ids any of these
 * @param patients any of these rows of the index
 * @param recipients any of these references
 * @param senders any of these references
 * @param sent when it was sent
 * @param received when its only recipient had it
 * @param changed when something of it last changed
 * @param identifiers any of these, of ours or the client's
 * @param codes conditions on what has a code
 * @param links what it belongs to
 * @param topics how the topic begins: one of these
 * @param oldestFirst the order
 * @param after only messages after this one in that order: the next page
 * @param together of each of these lists any reference must be a recipient as well
 */
public record MessageQuery(
    List<UUID> ids,
    List<UUID> patients,
    List<String> recipients,
    List<String> senders,
    Span sent,
    Span received,
    Span changed,
    List<Identifier> identifiers,
    Codes codes,
    Links links,
    List<String> topics,
    boolean oldestFirst,
    @Nullable UUID after,
    List<List<String>> together) {

  /** Its values among {@link Links#carried()} are alternatives to those of the column. */
  static final String CATEGORY = "category";

  /** After the name of what is asked for: none of these values. */
  public static final String NOT = ":not";

  /** Of few messages, the fewest first; a medium or a category may be that of all. */
  private static final List<String> LEADING =
      List.of(
          "based-on",
          "based-on:identifier",
          "encounter",
          "encounter:identifier",
          "instantiates-canonical",
          "instantiates-uri");

  /** All messages, to be restricted. */
  public static MessageQueryBuilder any() {
    return new MessageQueryBuilder();
  }

  /** Only these. */
  public static MessageQuery of(List<UUID> ids) {
    return any().ids(ids).build();
  }

  /**
   * Those about a patient, newest first.
   *
   * @param sent when they were sent
   * @param changed when something of them last changed
   * @param after only messages after this one in that order: the next page
   */
  public static MessageQuery ofPatient(
      UUID patient, Span sent, Span changed, @Nullable UUID after) {
    return any().patients(List.of(patient)).sent(sent).changed(changed).after(after).build();
  }

  /** Those of a conversation, newest first. */
  public static MessageQuery ofThread(UUID conversation) {
    return any().links(Links.of(conversation)).build();
  }

  /** Whether conversation, patient or keys say already which few messages are meant. */
  boolean narrow() {
    return !(ids.isEmpty()
        && patients.isEmpty()
        && links.partOf().isEmpty()
        && links.inResponseTo().isEmpty());
  }

  /** What its client said that leads to few messages; empty when nothing of it does. */
  Optional<String> leading() {
    return LEADING.stream().filter(links.carried()::containsKey).findFirst();
  }

  /** The same, whoever it went to first; what must be recipients as well stays. */
  MessageQuery ofAnybody() {
    return new MessageQueryBuilder(this).recipients(List.of()).build();
  }

  /**
   * Whether it says which of all messages are meant, so that all of these can be brought into an
   * order that has no index.
   *
   * @param now what changed lately is few enough
   */
  public boolean bounded(Instant now) {
    return narrow()
        || leading().isPresent()
        || !identifiers.isEmpty()
        || !recipients.isEmpty()
        || changed.lately(now) != null;
  }

  /**
   * At or after from, before until.
   *
   * @param outside before from or not before until instead; then both are there
   */
  public record Span(@Nullable Instant from, @Nullable Instant until, boolean outside) {
    public static final Span ANY = new Span(null, null);

    /** What changed in a longer time is met soon enough by looking at the newest. */
    private static final Duration LATELY = Duration.ofDays(3);

    /** Longest time between the moments in a message's key and when it was sent. */
    static final Duration WAITING = Duration.ofHours(1);

    public Span(@Nullable Instant from, @Nullable Instant until) {
      this(from, until, false);
    }

    boolean any() {
      return from == null && until == null;
    }

    /** Since when; null when there is no such time, or it is long ago. */
    @Nullable Instant lately(Instant now) {
      boolean recent = !outside && from != null && from.isAfter(now.minus(LATELY));
      return recent ? from : null;
    }

    /** Messages that were sent so: their keys tell of it as well, and lead to them. */
    void restrictSent(Conditions all, String key, String column) {
      restrict(all, column);
      restrictKeys(all, key);
    }

    /** Keys of messages that may have been sent so. */
    Conditions restrictKeys(Conditions all, String key) {
      return outside
          ? all
          : all.made(
              key,
              from == null ? null : from.minus(WAITING),
              until == null ? null : until.plus(WAITING));
    }

    /** Rows whose column lies so. */
    void restrict(Conditions all, String column) {
      if (outside && from != null && until != null) {
        all.and("not (" + column + " >= ? and " + column + " < ?)", from, until);
      } else {
        all.andIf(column + " >= ?", from).andIf(column + " < ?", until);
      }
    }
  }

  /**
   * A name that a system gave.
   *
   * @param system null for any
   */
  public record Identifier(@Nullable String system, String value) {}

  /** Any of these, or none of those. */
  public record Code(List<String> any, List<String> none) {
    public static final Code ANY = new Code(List.of(), List.of());
  }

  /** Conditions on status, category and priority. */
  public record Codes(Code status, Code category, Code priority) {
    public static final Codes ANY = new Codes(Code.ANY, Code.ANY, Code.ANY);
  }

  /**
   * What a message belongs to.
   *
   * @param partOf messages of one of these conversations
   * @param inResponseTo answers to one of these messages
   * @param carried by the name of FHIR, one of these values ({@link
   *     org.wardline.message.Carried.Code}): what its client said of it, and the alert that its
   *     message is based on; categories are alternatives to those of {@link Codes}; with {@link
   *     #NOT} behind the name none of the values
   * @param missing FHIR names of these members that the message must not have
   * @param present those that it must have
   */
  public record Links(
      List<UUID> partOf,
      List<UUID> inResponseTo,
      Map<String, List<String>> carried,
      List<String> missing,
      List<String> present) {
    public static final Links ANY = new Links(List.of(), List.of(), Map.of(), List.of(), List.of());

    static Links of(UUID conversation) {
      return new Links(List.of(conversation), List.of(), Map.of(), List.of(), List.of());
    }
  }
}
