package org.wardline.mailbox;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.wardline.crypto.DataKeys;
import org.wardline.crypto.DataKeys.DataKey;
import org.wardline.crypto.Seal;
import org.wardline.crypto.SealBrokenException;
import org.wardline.message.Author;
import org.wardline.message.Category;
import org.wardline.message.ClinicalMessage;
import org.wardline.message.FilingRecord.Recipient;
import org.wardline.message.MessageContent;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Priority;
import org.wardline.message.Retraction;
import org.wardline.store.Database;

/**
 * Seals and opens messages. The header is associated data, so a changed header or a content that
 * was moved does not open. The commitment is SHA-256 over 32 random bytes, header and content; the
 * random bytes are sealed with the content, so that after its destruction nothing about a short
 * text can be guessed. Both are checked on every opening.
 */
@Singleton
public class SealedMessages {
  /** The content is the text. */
  private static final byte TEXT = 1;

  /** The content is the length of the text in bytes (four, big-endian), the text, the elements. */
  private static final byte TEXT_AND_ELEMENTS = 2;

  private static final int SALT_BYTES = 32;
  private static final String COLUMNS =
      """
      select m.*, c.data_key_id, c.topic,
        t.reason as taken_reason, t.by_name as taken_by, t.at as taken_at,
        case when t.message_id is null then 0 else (select count(*) from recipient_state s where s.message_id = t.message_id
          and not s.is_destination and s.rank >= 40 and s.state <> 'failed') end as taken_read, case when t.message_id is null then false else t.filed or exists (select 1 from receipt r
          where r.message_id = t.message_id and r.state = 'filed') end as taken_filed""";
  private static final String FROM =
      """

      from message m join conversation c on c.id = m.conversation_id left join retraction t on t.message_id = m.id
      where m.organization_id is not distinct from ?\s""";

  private final Database database;
  private final DataKeys dataKeys;
  private final SealAlarm alarm;

  @Inject
  public SealedMessages(Database database, DataKeys dataKeys, SealAlarm alarm) {
    this.database = database;
    this.dataKeys = dataKeys;
    this.alarm = alarm;
  }

  /** Ciphertext and commitment. */
  record Sealed(byte[] bytes, byte[] commitment) {}

  /**
   * A message that was opened.
   *
   * @param header as it is kept; to be relied on only when the message was found whole
   * @param content null when the seal is broken
   * @param topic of its conversation
   * @param retraction null unless it was taken back; then nobody is to be shown its text
   */
  public record Opened(
      MessageHeader header,
      @Nullable MessageContent content,
      String topic,
      Category category,
      boolean recordedOnly,
      byte[] commitment,
      @Nullable Retraction retraction) {

    /** Nothing of it was changed since it was sealed. */
    public boolean whole() {
      return content != null;
    }

    /**
     * The message.
     *
     * @throws SealBrokenException when it is not whole
     */
    public ClinicalMessage message() {
      if (content == null) {
        throw new SealBrokenException(name(header));
      }
      return new ClinicalMessage(header, content);
    }

    /** What a reader may see of it: empty when it was taken back, and when it is not whole. */
    public Optional<MessageContent> shown() {
      return retraction == null ? Optional.ofNullable(content) : Optional.empty();
    }
  }

  static Sealed seal(ClinicalMessage message, DataKey key) {
    byte[] header = message.header().canonicalBytes();
    boolean plainText = message.content().elements().isEmpty();
    byte[] content = bytes(message.content());
    byte[] salt = Seal.random(SALT_BYTES);
    var plain = new ByteArrayOutputStream(1 + SALT_BYTES + content.length);
    plain.write(plainText ? TEXT : TEXT_AND_ELEMENTS);
    plain.writeBytes(salt);
    plain.writeBytes(content);
    return new Sealed(
        Seal.seal(key.material(), plain.toByteArray(), header), Seal.digest(salt, header, content));
  }

  private static byte[] bytes(MessageContent content) {
    byte[] text = content.text().getBytes(StandardCharsets.UTF_8);
    if (content.elements().isEmpty()) {
      return text;
    }
    byte[] elements = content.elements().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Integer.BYTES + text.length + elements.length)
        .putInt(text.length)
        .put(text)
        .put(elements)
        .array();
  }

  private static MessageContent content(byte version, byte[] bytes, String name) {
    if (version == TEXT) {
      return new MessageContent(new String(bytes, StandardCharsets.UTF_8));
    }
    int text = bytes.length < Integer.BYTES ? -1 : ByteBuffer.wrap(bytes).getInt();
    int elements = Integer.BYTES + text;
    if (version != TEXT_AND_ELEMENTS || text < 0 || elements > bytes.length) {
      throw new SealBrokenException(name);
    }
    return new MessageContent(
        new String(bytes, Integer.BYTES, text, StandardCharsets.UTF_8),
        new String(bytes, elements, bytes.length - elements, StandardCharsets.UTF_8));
  }

  /** One message. */
  public Optional<Opened> open(UUID organization, UUID message) {
    return openThese(organization, List.of(message)).stream().findFirst();
  }

  /** All messages of a conversation, in their order. */
  public List<Opened> openAll(UUID organization, UUID conversation) {
    var broken = new ArrayList<UUID>();
    List<Opened> all =
        database.list(
            COLUMNS + FROM + "and m.conversation_id = ? order by m.ordinal",
            row -> opened(row, broken),
            organization,
            conversation);
    alarm.raise(organization, broken);
    return all;
  }

  /** These messages, newest first. */
  public List<Opened> openThese(UUID organization, List<UUID> messages) {
    return openThese(organization, messages, "", (opened, row) -> opened);
  }

  /**
   * Makes something of a message and what else its row holds.
   *
   * @param <T> what it makes
   */
  public interface With<T> {
    T map(Opened opened, Database.Row row) throws java.sql.SQLException;
  }

  /**
   * These messages with more of each, newest first.
   *
   * @param columns more columns of the statement, each after a comma; the message is {@code m}
   */
  public <T> List<T> openThese(
      UUID organization, List<UUID> messages, String columns, With<T> mapper) {
    var broken = new ArrayList<UUID>();
    List<T> found =
        database.list(
            COLUMNS
                + columns
                + FROM
                + "and m.id = any((select ?::uuid[])::uuid[]) order by m.id desc",
            row -> mapper.map(opened(row, broken), row),
            organization,
            messages.toArray(UUID[]::new));
    alarm.raise(organization, broken);
    return found;
  }

  /** When those of these messages that were taken back were. */
  public Map<UUID, Instant> takenBack(UUID organization, Collection<UUID> messages) {
    Map<UUID, Instant> found = new HashMap<>();
    database.list(
        "select message_id, at from retraction where organization_id is not distinct from ? and message_id = any((select ?::uuid[])::uuid[])",
        row -> found.put(row.uuid("message_id"), row.instant("at")),
        organization,
        messages.toArray(UUID[]::new));
    return found;
  }

  /** Whom the authors of these messages addressed, in the order in which they wrote. */
  public Map<UUID, List<Recipient>> addressees(UUID organization, Collection<UUID> messages) {
    Map<UUID, List<Recipient>> found = new HashMap<>();
    database.list(
        """
        select message_id, party, name, identifier from addressee
        where message_id = any((select ?::uuid[])::uuid[]) and organization_id is not distinct from ? order by position""",
        row ->
            found
                .computeIfAbsent(row.uuid("message_id"), id -> new ArrayList<>())
                .add(
                    new Recipient(
                        PartyRef.parse(row.text("party")),
                        row.text("name"),
                        row.text("identifier"))),
        messages.toArray(UUID[]::new),
        organization);
    return found;
  }

  private Opened opened(Database.Row row, List<UUID> broken) throws java.sql.SQLException {
    MessageHeader header;
    MessageContent content = null;
    Category category = Category.NOTIFICATION;
    try {
      header = header(row);
      category = Category.fromCode(row.text("category"));
      content = content(row, header);
    } catch (SealBrokenException e) {
      header = header(row);
      broken.add(header.messageId());
    } catch (IllegalArgumentException e) { // what was changed is no value of its kind any more
      header = remains(row);
      broken.add(header.messageId());
    }
    return new Opened(
        header,
        content,
        row.text("topic"),
        category,
        row.flag("recorded_only"),
        row.bytes("commitment"),
        retraction(row));
  }

  private MessageContent content(Database.Row row, MessageHeader header)
      throws java.sql.SQLException {
    byte[] canonical = header.canonicalBytes();
    String name = name(header);
    byte[] plain =
        Seal.open(
            dataKeys.byId(row.uuid("data_key_id")).material(),
            row.bytes("sealed"),
            canonical,
            name);
    if (plain.length <= SALT_BYTES) {
      throw new SealBrokenException(name);
    }
    byte[] salt = Arrays.copyOfRange(plain, 1, 1 + SALT_BYTES);
    byte[] content = Arrays.copyOfRange(plain, 1 + SALT_BYTES, plain.length);
    if (!Seal.same(Seal.digest(salt, canonical, content), row.bytes("commitment"))) {
      throw new SealBrokenException(name + ": commitment");
    }
    return content(plain[0], content, name);
  }

  private static String name(MessageHeader header) {
    return "message " + header.messageId();
  }

  private static @Nullable Retraction retraction(Database.Row row) throws java.sql.SQLException {
    String reason = row.textOrNull("taken_reason");
    return reason == null
        ? null
        : new Retraction(
            Retraction.Reason.fromCode(reason),
            row.text("taken_by"),
            row.instant("taken_at"),
            row.integer("taken_read"),
            row.flag("taken_filed"));
  }

  private static MessageHeader header(Database.Row row) throws java.sql.SQLException {
    return new MessageHeader(
        row.uuid("organization_id"),
        row.uuid("conversation_id"),
        row.uuid("id"),
        row.integer("ordinal"),
        author(row),
        patient(row),
        Priority.fromCode(row.text("priority")),
        row.instant("sent_at"),
        row.uuidOrNull("in_response_to"));
  }

  /** What can be told of a message whose header cannot be read. */
  private static MessageHeader remains(Database.Row row) throws java.sql.SQLException {
    return new MessageHeader(
        row.uuid("organization_id"),
        row.uuid("conversation_id"),
        row.uuid("id"),
        Math.max(1, row.integer("ordinal")),
        new Author(
            PartyRef.device(new UUID(0, 0)), "", "Unknown", "system", "", null, "unknown", null),
        null,
        Priority.ROUTINE,
        row.instant("sent_at").truncatedTo(ChronoUnit.MILLIS),
        row.uuidOrNull("in_response_to"));
  }

  /** The author, of a row that holds the columns of a message. */
  public static Author author(Database.Row row) throws java.sql.SQLException {
    String agent = row.textOrNull("agent_party");
    return new Author(
        PartyRef.parse(row.text("author_party")),
        row.text("author_identifier"),
        row.text("author_name"),
        row.text("author_profession"),
        row.text("author_department"),
        row.uuidOrNull("author_role_id"),
        row.text("authentication_level"),
        agent == null ? null : new Author.Agent(PartyRef.parse(agent), row.text("agent_name")));
  }

  private static @Nullable PatientSnapshot patient(Database.Row row) throws java.sql.SQLException {
    UUID id = row.uuidOrNull("patient_id");
    return id == null
        ? null
        : new PatientSnapshot(
            id,
            row.text("patient_identifier_system"),
            row.text("patient_identifier"),
            row.text("patient_name"),
            row.textOrNull("patient_birth_date"));
  }
}
