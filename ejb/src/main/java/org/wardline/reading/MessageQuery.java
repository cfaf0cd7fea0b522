package org.wardline.reading;

import java.time.Instant;
import java.util.List;
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
 * @param identifier value of an identifier of ours or the client's
 * @param identifierSystem its system; null for any
 * @param codes conditions on what has a code
 * @param links what it belongs to
 * @param topic how the topic begins
 * @param oldestFirst the order
 * @param after only messages after this one in that order: the next page
 */
public record MessageQuery(
    List<UUID> ids,
    List<UUID> patients,
    List<String> recipients,
    List<String> senders,
    Span sent,
    Span received,
    Span changed,
    @Nullable String identifier,
    @Nullable String identifierSystem,
    Codes codes,
    Links links,
    @Nullable String topic,
    boolean oldestFirst,
    @Nullable UUID after) {

  /** Only these. */
  public static MessageQuery of(List<UUID> ids) {
    return new MessageQuery(
        ids, List.of(), List.of(), List.of(), Span.ANY, Span.ANY, Span.ANY, null, null, Codes.ANY,
        Links.ANY, null, false, null);
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
    return new MessageQuery(
        List.of(),
        List.of(patient),
        List.of(),
        List.of(),
        sent,
        Span.ANY,
        changed,
        null,
        null,
        Codes.ANY,
        Links.ANY,
        null,
        false,
        after);
  }

  /** Those of a conversation, newest first. */
  public static MessageQuery ofThread(UUID conversation) {
    return new MessageQuery(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Span.ANY,
        Span.ANY,
        Span.ANY,
        null,
        null,
        Codes.ANY,
        Links.of(conversation),
        null,
        false,
        null);
  }

  /**
   * At or after from, before until.
   *
   * @param outside before from or not before until instead; then both are there
   */
  public record Span(@Nullable Instant from, @Nullable Instant until, boolean outside) {
    public static final Span ANY = new Span(null, null);

    public Span(@Nullable Instant from, @Nullable Instant until) {
      this(from, until, false);
    }

    boolean any() {
      return from == null && until == null;
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
   * @param partOf messages of this conversation
   * @param inResponseTo answers to this message
   * @param basedOn the message of this alert
   * @param missing FHIR names of these members that the message must not have
   * @param present those that it must have
   */
  public record Links(
      @Nullable UUID partOf,
      @Nullable UUID inResponseTo,
      @Nullable UUID basedOn,
      List<String> missing,
      List<String> present) {
    public static final Links ANY = new Links(null, null, null, List.of(), List.of());

    static Links of(UUID conversation) {
      return new Links(conversation, null, null, List.of(), List.of());
    }
  }
}
