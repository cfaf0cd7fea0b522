package org.wardline.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.wardline.launcher.RunningSystem;

/** Counts by identifier what was accepted, kept, put on record, and delivered. */
final class Tally {
  private final RunningSystem system;
  private final Hospital hospital;
  private final List<Sender> senders;

  Tally(RunningSystem system, Hospital hospital, List<Sender> senders) {
    this.system = system;
    this.hospital = hospital;
    this.senders = senders;
  }

  /**
   * The counts.
   *
   * @param accepted acknowledged to a sender
   * @param lost accepted and not there: not kept, not on record, without its effect (a report,
   *     somebody told, a document, an appointment, a merge), or not delivered to a destination
   * @param doubled kept, in effect or delivered more than once
   * @param outOfOrder delivered over HL7 v2 before an earlier one of the same sender
   * @param receiptsMissing destinations without their receipt
   */
  record Count(long accepted, long lost, long doubled, long outOfOrder, long receiptsMissing) {}

  /** Waits until nothing is left to deliver. */
  void awaitDelivered(Duration limit) throws SQLException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (number(
                "select (select count(*) from delivery where ? <> '')"
                    + " + (select count(*) from critical_result where told_at is null)",
                "-")
            > 0
        && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(500);
    }
  }

  Count count() throws SQLException, IOException {
    long accepted = 0;
    long lost = 0;
    long doubled = 0;
    long outOfOrder = 0;
    long receiptsMissing = 0;
    String documents = hospital.documents();
    List<String> communications = hospital.communications();
    for (Sender sender : senders) {
      List<String> sent = sender.acknowledged();
      String like = sender.prefix() + "%";
      accepted += sent.size();
      String kept =
          sender.communications()
              ? "message_identifier where value like ?"
              : "inbound where control_id like ?";
      String key = sender.communications() ? "value" : "control_id";
      long rows = number("select count(*) from " + kept, like);
      long different = number("select count(distinct " + key + ") from " + kept, like);
      doubled += rows - different;
      lost += Math.max(0, sent.size() - different);
      lost += Math.max(0, different - audited(sender, like));
      if (!sender.communications()) {
        Ended ended = ended(sent, like, documents);
        lost += ended.lost();
        doubled += ended.doubled();
      }
      if (sender.communications()) {
        Map<String, Integer> filed = new HashMap<>();
        communications.forEach(
            text -> marks(text, sender).forEach(m -> filed.merge(m, 1, Integer::sum)));
        List<String> arrived = marks(documents, sender);
        Map<String, Integer> documented = new HashMap<>();
        arrived.forEach(m -> documented.merge(m, 1, Integer::sum));
        for (String id : sent) {
          lost += (filed.containsKey(id) ? 0 : 1) + (documented.containsKey(id) ? 0 : 1);
          doubled += Math.max(0, filed.getOrDefault(id, 1) - 1);
          doubled += Math.max(0, documented.getOrDefault(id, 1) - 1);
        }
        for (int i = 1; i < arrived.size(); i++) {
          outOfOrder += arrived.get(i).compareTo(arrived.get(i - 1)) < 0 ? 1 : 0;
        }
        receiptsMissing +=
            number(
                """
                select count(*) from message_identifier i join recipient_state s on s.message_id = i.message_id
                where i.value like ? and s.is_destination and s.state <> 'filed'""",
                like);
      }
    }
    return new Count(accepted, lost, doubled, outOfOrder, receiptsMissing);
  }

  /** What came of messages that have an effect of their own. */
  private record Ended(long lost, long doubled) {}

  private Ended ended(List<String> sent, String like, String documents) throws SQLException {
    long lost = 0;
    long doubled = 0;
    for (Told kind : Told.values()) {
      List<String> told = sent.stream().filter(id -> Told.kind(id) == kind).toList();
      for (String statement : kind.once()) {
        Map<String, Integer> times = new HashMap<>();
        texts(statement, like).forEach(id -> times.merge(id, 1, Integer::sum));
        lost += told.stream().filter(id -> !times.containsKey(id)).count();
        doubled += times.values().stream().mapToInt(n -> n - 1).sum();
      }
      for (String id : kind.filed() ? told : List.<String>of()) {
        int times = documents.split(Pattern.quote(MllpSink.mark(id)), -1).length - 1;
        lost += times == 0 ? 1 : 0;
        doubled += Math.max(0, times - 1);
      }
    }
    return new Ended(lost, doubled);
  }

  private long audited(Sender sender, String like) throws SQLException {
    return number(
        sender.communications()
            ? """
              select count(distinct i.value) from message_identifier i join audit_key k on k.key = i.message_id
              join audit_event a on a.id = k.audit_id and a.subtype @> array['message-sent']
              where i.value like ?"""
            : """
              select count(distinct i.control_id) from inbound i join audit_key k on k.key = i.id
              join audit_event a on a.id = k.audit_id and a.subtype @> array['interface-received']
              where i.control_id like ?""",
        like);
  }

  /** The sender's identifiers that stand in a text, in their order. */
  private static List<String> marks(String text, Sender sender) {
    Matcher found =
        Pattern.compile("<" + Pattern.quote(sender.prefix()) + "[0-9]{5}>").matcher(text);
    return found.results().map(r -> r.group().substring(1, r.group().length() - 1)).toList();
  }

  private List<String> texts(String sql, String value) throws SQLException {
    try (Connection connection = system.database("wardline");
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, value);
      List<String> found = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.add(row.getString(1));
        }
      }
      return found;
    }
  }

  private long number(String sql, String value) throws SQLException {
    try (Connection connection = system.database("wardline");
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, value);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
