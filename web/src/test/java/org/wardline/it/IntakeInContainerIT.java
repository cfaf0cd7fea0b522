package org.wardline.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.wardline.intake.hl7v2.Hl7Intake;
import org.wardline.intake.hl7v2.Peer;
import org.wardline.store.Database;

/** Many connections at once, and messages that are kept first, as the container does it. */
@ExtendWith(ArquillianExtension.class)
public class IntakeInContainerIT {
  private static final int TOGETHER = 16;
  private static final String RUN = Long.toString(System.nanoTime(), 36);

  @Inject private Hl7Intake intake;
  @Inject private Database database;
  @Resource private ManagedExecutorService threads;

  @Deployment
  public static WebArchive archive() {
    return InContainerIT.archive(IntakeInContainerIT.class);
  }

  @Test
  void what_many_send_at_once_is_kept_once_each_with_its_audit_record() throws Exception {
    List<Callable<String>> senders = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String id = "M" + i + RUN;
      senders.add(() -> send("ADT", id, "", id, "Roe", ""));
    }
    for (String reply : all(senders)) {
      assertTrue(reply.contains("MSA|AA|"), reply);
    }
    assertEquals(
        200, count("select count(*) as n from inbound where control_id like ?", "M%" + RUN));
    assertEquals(
        200,
        count(
            """
            select count(*) as n from audit_event a join inbound i
              on a.entities @> array['urn:uuid:' || i.id::text] and a.subtype @> array['interface-received']
            where i.control_id like ?""",
            "M%" + RUN));
    assertEquals(
        200,
        count(
            "select count(*) as n from patient_identifier where value like ? and matching",
            "M%" + RUN));
  }

  @Test
  void the_same_message_on_many_connections_at_once_is_kept_once_and_answered_alike()
      throws Exception {
    String id = "S" + RUN;
    List<Callable<String>> senders = new ArrayList<>();
    for (int i = 0; i < TOGETHER; i++) {
      senders.add(() -> send("ADT", id, "", id, "Roe", ""));
    }
    assertEquals(1, all(senders).stream().distinct().count());
    assertEquals(1, count("select count(*) as n from inbound where control_id = ?", id));
  }

  @Test
  void one_patient_on_many_connections_at_once_stays_one() throws Exception {
    List<Callable<String>> senders = new ArrayList<>();
    for (int i = 0; i < TOGETHER; i++) {
      String id = "P" + i + RUN;
      senders.add(() -> send("ADT", id, "", "ONE" + RUN, "Roe", "V1" + RUN));
    }
    all(senders);
    assertEquals(
        1, count("select count(*) as n from patient_identifier where value = ?", "ONE" + RUN));
    assertEquals(
        1, count("select count(*) as n from encounter where visit_number = ?", "V1" + RUN));
  }

  @Test
  void what_is_kept_first_is_acknowledged_and_then_processed_in_order() throws Exception {
    String patient = "K" + RUN;
    for (int i = 0; i < 30; i++) {
      assertTrue(send("KEPT", "K" + i + RUN, "", patient, "Roe-" + i, "").contains("MSA|AA|"));
    }
    awaitOne(
        () ->
            count(
                """
                select count(*) as n from patient p join patient_identifier i on i.patient_id = p.id
                where i.value = ? and p.family = 'Roe-29'""",
                patient));
    assertEquals(0, count("select count(*) as n from inbound_work"));
  }

  @Test
  void an_accept_acknowledgment_alone_comes_before_the_processing() throws Exception {
    String reply = send("ADT", "E" + RUN, "AL|NE", "E" + RUN, "Roe", "");
    assertTrue(reply.contains("MSA|CA|E" + RUN), reply);
    awaitOne(
        () -> count("select count(*) as n from patient_identifier where value = ?", "E" + RUN));
  }

  @Test
  void what_was_kept_and_cannot_be_read_is_parked_and_holds_nobody_up() throws Exception {
    byte[] wrong =
        message("KEPT", "B" + RUN, "", "B" + RUN, "M\u00fcller", "")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(text(intake.receive(wrong, Peer.at("127.0.0.1"))).contains("MSA|AA|"));
    send("KEPT", "A" + RUN, "", "A" + RUN, "Roe", "");
    awaitOne(
        () -> count("select count(*) as n from patient_identifier where value = ?", "A" + RUN));
    assertEquals(
        1,
        count(
            """
            select count(*) as n from inbound_review r join inbound i on i.id = r.inbound_id
            where i.control_id = ? and r.owner <> '' and r.reason like '%102%'""",
            "B" + RUN));
  }

  @Test
  void what_is_only_archived_may_be_of_any_type_and_changes_nothing() {
    String odd =
        "MSH|^~\\&|ARCHIVED|H|WARDLINE|H|20261101||ZZZ^Z99|Z" + RUN + "|P|2.5.1\rZZ1|anything\r";
    assertTrue(
        text(intake.receive(odd.getBytes(StandardCharsets.UTF_8), Peer.at("127.0.0.1")))
            .contains("MSA|AA|Z" + RUN));
    assertEquals(1, count("select count(*) as n from inbound where control_id = ?", "Z" + RUN));
    assertEquals(
        0,
        count(
            "select count(*) as n from inbound_work w join inbound i on i.id = w.inbound_id where i.control_id = ?",
            "Z" + RUN));
  }

  private String send(
      String application, String id, String mode, String patient, String family, String visit) {
    return text(
        intake.receive(
            message(application, id, mode, patient, family, visit).getBytes(StandardCharsets.UTF_8),
            Peer.at("127.0.0.1")));
  }

  private static String message(
      String application, String id, String mode, String patient, String family, String visit) {
    return "MSH|^~\\&|%s|H|WARDLINE|H|20261101||ADT^A01|%s|P|2.5.1|||%s\rEVN||20261101\rPID|1||%s^^^IT^MR||%s^Jane||1970|F\rPV1|1|I|W1^1^1||||||||||||||||%s\r"
        .formatted(application, id, mode, patient, family, visit);
  }

  private static String text(List<byte[]> replies) {
    var text = new StringBuilder();
    replies.forEach(r -> text.append(new String(r, StandardCharsets.UTF_8)));
    return text.toString();
  }

  private List<String> all(List<Callable<String>> senders) throws Exception {
    List<String> replies = new ArrayList<>();
    for (var reply : threads.invokeAll(senders, 60, TimeUnit.SECONDS)) {
      replies.add(reply.get());
    }
    return replies;
  }

  private static void awaitOne(LongSupplier count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (count.getAsLong() != 1) {
      assertTrue(System.nanoTime() < end, "not within 20 s");
      Thread.sleep(50);
    }
  }

  private long count(String sql, Object... values) {
    return database.first(sql, row -> row.number("n"), values).orElseThrow();
  }
}
