package org.wardline.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.wardline.access.AccessDeniedException;
import org.wardline.compose.Draft;
import org.wardline.compose.Submissions;
import org.wardline.compose.Submissions.Submitted;
import org.wardline.compose.UnknownReferenceException;
import org.wardline.crypto.DataKeys;
import org.wardline.directory.OnCallRoles;
import org.wardline.directory.People;
import org.wardline.directory.Person;
import org.wardline.directory.Practitioner;
import org.wardline.message.Actor;
import org.wardline.message.BusinessIdentifier;
import org.wardline.message.Category;
import org.wardline.message.MessageContent;
import org.wardline.message.PartyRef;
import org.wardline.message.Priority;
import org.wardline.message.ReceiptState;
import org.wardline.reading.Confirmations;
import org.wardline.reading.Conversations;
import org.wardline.setting.Settings;
import org.wardline.store.Database;
import org.wardline.store.StoreException;

/**
 * Inside Payara Micro, on the archive that is shipped: transactions, rights and injection as the
 * container does them.
 */
@ExtendWith(ArquillianExtension.class)
public class InContainerIT {
  @Inject private Submissions submissions;
  @Inject private Conversations conversations;
  @Inject private Confirmations confirmations;
  @Inject private People people;
  @Inject private OnCallRoles roles;
  @Inject private Database database;
  @Inject private Settings settings;
  @Inject private DataKeys dataKeys;
  @Resource private UserTransaction transaction;
  @Resource private ManagedExecutorService threads;

  private Practitioner roe;
  private Practitioner lee;

  @Deployment
  public static WebArchive archive() {
    return archive(InContainerIT.class);
  }

  /** The built archive, with a test added. */
  static WebArchive archive(Class<?> test) {
    WebArchive shipped =
        ShrinkWrap.createFromZipFile(
            WebArchive.class, new File(System.getProperty("wardline.war")));
    // the test's own door must be open; everything else stays as it is shipped
    String open = "<url-pattern>/auth/*</url-pattern>";
    String xml =
        text(shipped, "WEB-INF/web.xml")
            .replace(open, open + "<url-pattern>/ArquillianServletRunnerEE9</url-pattern>");
    return shipped.setWebXML(new StringAsset(xml)).addClasses(test, InContainerIT.class);
  }

  private static String text(WebArchive archive, String path) {
    try (var in = archive.get(path).getAsset().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void people() {
    roe = keep("dr.roe", "physician");
    lee = keep("nurse.lee", "nurse");
  }

  @Test
  void message_receipts_and_audit_are_kept_together() {
    Submitted sent = submissions.submit(actor(roe, "mfa"), draft(lee.party()));
    assertEquals(1, count("select count(*) as n from message where id = ?", sent.messageId()));
    assertEquals(
        1,
        count("select count(*) as n from recipient_state where message_id = ?", sent.messageId()));
    assertEquals(
        1,
        count(
            "select count(*) as n from audit_event where entities @> array['Communication/' || ?::text]",
            sent.messageId()));
  }

  /** Otherwise what is sealed with it next could never be opened again. */
  @Test
  void a_data_key_that_was_made_stays_when_its_first_use_is_rolled_back() throws Exception {
    UUID organization = roe.organizationId();
    transaction.begin();
    UUID made = dataKeys.of(organization, "chart", "1999-12").id();
    transaction.rollback();
    assertEquals(made, dataKeys.of(organization, "chart", "1999-12").id());
    assertEquals(1, count("select count(*) as n from data_key where id = ?", made));
  }

  @Test
  void the_chart_keys_of_this_month_and_the_next_are_there_before_anybody_writes()
      throws Exception {
    assertEquals(
        2,
        count(
            "select count(*) as n from data_key where organization_id = ? and purpose = 'chart'"
                + " and scope in (to_char(now() at time zone 'UTC', 'YYYY-MM'),"
                + " to_char(now() at time zone 'UTC' + interval '1 month', 'YYYY-MM'))",
            roe.organizationId()));
  }

  @Test
  void a_message_whose_audit_record_cannot_be_kept_is_not_kept_and_others_are() throws Exception {
    long messages = count("select count(*) as n from message");
    long keys = count("select count(*) as n from data_key");
    Actor unrecordable = actor(roe, "mfa", "no\0subject"); // the database keeps no NUL
    List<Callable<Boolean>> senders = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Actor sender = i % 4 == 0 ? unrecordable : actor(roe, "mfa");
      senders.add(() -> kept(sender));
    }
    int kept = 0;
    for (var each : threads.invokeAll(senders, 60, TimeUnit.SECONDS)) {
      kept += each.get() ? 1 : 0;
    }
    assertEquals(9, kept);
    assertEquals(messages + 9, count("select count(*) as n from message"));
    assertEquals(keys + 9, count("select count(*) as n from data_key"));
  }

  private boolean kept(Actor sender) {
    try {
      submissions.submit(sender, draft(lee.party()));
      return true;
    } catch (StoreException e) {
      return false;
    }
  }

  @Test
  void a_name_that_comes_on_many_connections_at_once_is_one_message() throws Exception {
    var name = new BusinessIdentifier("urn:it", UUID.randomUUID().toString());
    Draft named = draft(null, List.of(lee.party()), List.of(name));
    List<Callable<Submitted>> senders =
        Collections.nCopies(12, () -> submissions.submit(actor(roe, "mfa"), named));
    Set<UUID> messages = new HashSet<>();
    int first = 0;
    for (var each : threads.invokeAll(senders, 60, TimeUnit.SECONDS)) {
      messages.add(each.get().messageId());
      first += each.get().repeated() ? 0 : 1;
    }
    assertEquals(1, messages.size());
    assertEquals(1, first);
  }

  @Test
  void places_in_a_conversation_are_given_once_each_and_without_gaps() throws Exception {
    UUID conversation = submissions.submit(actor(roe, "mfa"), draft(lee.party())).conversationId();
    Draft more = draft(conversation, List.of(), List.of());
    List<Callable<Submitted>> senders =
        Collections.nCopies(20, () -> submissions.submit(actor(lee, "mfa"), more));
    var ordinals = new TreeSet<Integer>();
    for (var each : threads.invokeAll(senders, 60, TimeUnit.SECONDS)) {
      ordinals.add(each.get().ordinal());
    }
    assertEquals(20, ordinals.size());
    assertEquals(2, ordinals.first());
    assertEquals(21, ordinals.last());
    Actor stranger = actor(keep("dr.else", "physician"), "mfa");
    assertThrows(AccessDeniedException.class, () -> submissions.submit(stranger, more));
  }

  @Test
  void a_refusal_stays_on_record_although_what_was_refused_is_rolled_back() {
    long refusals =
        count("select count(*) as n from audit_event where subtype @> array['access-refused']");
    assertThrows(
        AccessDeniedException.class, () -> submissions.submit(actor(roe, "0"), draft(lee.party())));
    assertEquals(
        refusals + 1,
        count("select count(*) as n from audit_event where subtype @> array['access-refused']"));
  }

  @Test
  void who_does_not_take_part_reads_nothing() {
    Submitted sent = submissions.submit(actor(roe, "mfa"), draft(lee.party()));
    Actor stranger = actor(keep("dr.else", "physician"), "mfa");
    assertThrows(
        AccessDeniedException.class, () -> conversations.open(stranger, sent.conversationId()));
    assertEquals(
        1,
        conversations
            .open(actor(lee, "mfa"), sent.conversationId())
            .orElseThrow()
            .messages()
            .size());
  }

  @Test
  void a_role_reaches_its_holder_and_a_vacant_one_is_refused() {
    UUID organization = settings.organization();
    roles.keep(organization, "it-role", "Role of the test", "", null);
    PartyRef role = roles.byCode(organization, "it-role").orElseThrow().party();
    assertThrows(
        UnknownReferenceException.class, () -> submissions.submit(actor(roe, "mfa"), draft(role)));
    roles.take(organization, role.id(), lee.id());
    Submitted sent = submissions.submit(actor(roe, "mfa"), draft(role));
    var state =
        conversations
            .open(actor(lee, "mfa"), sent.conversationId())
            .orElseThrow()
            .messages()
            .get(0)
            .states()
            .get(0);
    assertEquals(lee.party().toString(), state.target());
    assertEquals("Role of the test", state.viaRole());
  }

  @Test
  void a_late_delivered_never_hides_read() {
    Submitted sent = submissions.submit(actor(roe, "mfa"), draft(lee.party()));
    List<UUID> messages = List.of(sent.messageId());
    assertEquals(1, confirmations.confirm(actor(lee, "mfa"), messages, ReceiptState.READ, "phone"));
    assertEquals(
        0, confirmations.confirm(actor(lee, "mfa"), messages, ReceiptState.DELIVERED, "desk"));
    assertEquals(
        0, confirmations.confirm(actor(roe, "mfa"), messages, ReceiptState.READ, "not his"));
    var states =
        conversations
            .open(actor(roe, "mfa"), sent.conversationId())
            .orElseThrow()
            .messages()
            .get(0)
            .states();
    assertEquals(ReceiptState.READ, states.get(0).state());
  }

  @Test
  void a_change_of_standing_makes_a_new_snapshot_and_keeps_the_old() {
    UUID before = people.standing(roe.id()).orElseThrow().id();
    people.keep(
        settings.organization(),
        new Person(
            "s-dr.roe",
            "dr.roe",
            "Roe, dr.roe",
            "physician",
            "Neurology",
            "",
            Set.of("physician"),
            true));
    UUID after = people.standing(roe.id()).orElseThrow().id();
    assertTrue(!before.equals(after));
    assertEquals(
        "Cardiology", people.snapshot(settings.organization(), before).orElseThrow().department());
  }

  private Practitioner keep(String username, String role) {
    return people.keep(
        settings.organization(),
        new Person(
            "s-" + username,
            username,
            "Roe, " + username,
            role,
            "Cardiology",
            "",
            Set.of(role),
            true));
  }

  private Actor actor(Practitioner person, String level) {
    return actor(person, level, "s");
  }

  private Actor actor(Practitioner person, String level, String subject) {
    var authentication =
        new Actor.Authentication(level, Instant.EPOCH, subject, "i", "j", "127.0.0.1");
    return new Actor(
        Actor.Kind.PERSON,
        settings.organization(),
        person.party(),
        person.username(),
        person.name(),
        person.profession(),
        person.department(),
        people.standing(person.id()).orElseThrow().id(),
        person.roles(),
        Set.of(),
        authentication);
  }

  private static Draft draft(PartyRef to) {
    return draft(null, List.of(to), List.of());
  }

  private static Draft draft(
      @Nullable UUID conversation, List<PartyRef> to, List<BusinessIdentifier> names) {
    return new Draft(
        conversation,
        null,
        "",
        to,
        Category.NOTIFICATION,
        Priority.ROUTINE,
        new MessageContent("text"),
        null,
        null,
        false,
        names);
  }

  private long count(String sql, Object... values) {
    return database.first(sql, row -> row.number("n"), values).orElseThrow();
  }
}
