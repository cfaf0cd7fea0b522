package org.wardline.reading;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.reading.MessageQuery.Codes;
import org.wardline.reading.MessageQuery.Identifier;
import org.wardline.reading.MessageQuery.Links;
import org.wardline.reading.MessageQuery.Span;

/** Says by and by what messages to look for; what is not said does not restrict. */
public final class MessageQueryBuilder {
  private List<UUID> ids = List.of();
  private List<UUID> patients = List.of();
  private List<String> recipients = List.of();
  private List<String> senders = List.of();
  private Span sent = Span.ANY;
  private Span received = Span.ANY;
  private Span changed = Span.ANY;
  private List<Identifier> identifiers = List.of();
  private Codes codes = Codes.ANY;
  private Links links = Links.ANY;
  private List<String> topics = List.of();
  private boolean oldestFirst;
  private @Nullable UUID after;
  private List<List<String>> together = List.of();

  MessageQueryBuilder() {}

  /** The same query, to say some of it otherwise. */
  MessageQueryBuilder(MessageQuery query) {
    ids = query.ids();
    patients = query.patients();
    recipients = query.recipients();
    senders = query.senders();
    sent = query.sent();
    received = query.received();
    changed = query.changed();
    identifiers = query.identifiers();
    codes = query.codes();
    links = query.links();
    topics = query.topics();
    oldestFirst = query.oldestFirst();
    after = query.after();
    together = query.together();
  }

  public MessageQueryBuilder ids(List<UUID> any) {
    ids = any;
    return this;
  }

  public MessageQueryBuilder patients(List<UUID> any) {
    patients = any;
    return this;
  }

  public MessageQueryBuilder recipients(List<String> any) {
    recipients = any;
    return this;
  }

  /** To any of each of these lists; to anybody when there is none. */
  public MessageQueryBuilder toEach(List<List<String>> lists) {
    recipients = lists.isEmpty() ? List.of() : lists.get(0);
    together = lists.isEmpty() ? List.of() : lists.subList(1, lists.size());
    return this;
  }

  public MessageQueryBuilder senders(List<String> any) {
    senders = any;
    return this;
  }

  public MessageQueryBuilder sent(Span when) {
    sent = when;
    return this;
  }

  public MessageQueryBuilder received(Span when) {
    received = when;
    return this;
  }

  public MessageQueryBuilder changed(Span when) {
    changed = when;
    return this;
  }

  public MessageQueryBuilder identifiers(List<Identifier> any) {
    identifiers = any;
    return this;
  }

  public MessageQueryBuilder codes(Codes conditions) {
    codes = conditions;
    return this;
  }

  public MessageQueryBuilder links(Links to) {
    links = to;
    return this;
  }

  /** Beginnings of the topic. */
  public MessageQueryBuilder topics(List<String> any) {
    topics = any;
    return this;
  }

  public MessageQueryBuilder oldestFirst(boolean order) {
    oldestFirst = order;
    return this;
  }

  /** Only messages after this one in the order: the next page. */
  public MessageQueryBuilder after(@Nullable UUID last) {
    after = last;
    return this;
  }

  public MessageQuery build() {
    return new MessageQuery(
        ids,
        patients,
        recipients,
        senders,
        sent,
        received,
        changed,
        identifiers,
        codes,
        links,
        topics,
        oldestFirst,
        after,
        together);
  }
}
