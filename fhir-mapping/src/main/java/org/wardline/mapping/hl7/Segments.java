package org.wardline.mapping.hl7;

import ca.uhn.hl7v2.DefaultHapiContext;
import ca.uhn.hl7v2.HL7Exception;
import ca.uhn.hl7v2.HapiContext;
import ca.uhn.hl7v2.model.GenericMessage;
import ca.uhn.hl7v2.model.Message;
import ca.uhn.hl7v2.model.Segment;
import ca.uhn.hl7v2.model.Structure;
import ca.uhn.hl7v2.parser.GenericModelClassFactory;
import ca.uhn.hl7v2.parser.PipeParser;
import ca.uhn.hl7v2.util.Terser;
import ca.uhn.hl7v2.validation.impl.ValidationContextFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A parsed message as a flat list of segments, whatever its version. HAPI's generic model is used
 * on purpose: positions of fields are the same in all versions, while the version's own structures
 * would refuse messages that real senders call by that version.
 */
public final class Segments {
  private static final HapiContext CONTEXT = context();

  /** What stands between two escape characters, if it is a sequence (v2.5.1 section 2.7). */
  private static final String SEQUENCE = "([FSTREHNP]|\\.[A-Za-z]{2}[+-]?\\d*|[XCMZ][0-9A-Za-z]*)";

  /** Where a sound header has its escape character: {@code MSH|^~\&}. */
  private static final int ESCAPE = 6;

  private static final Pattern BYTES = Pattern.compile("X(?:[89A-Fa-f][0-9A-Fa-f])+");
  private final List<Segment> segments;

  private Segments(List<Segment> segments) {
    this.segments = List.copyOf(segments);
  }

  /**
   * Parses decoded text. Line ends may be CR, LF or CRLF; MSH-2 may hold the slips that are seen in
   * the wild (a doubled escape character).
   *
   * @throws Hl7FaultException AE 207 when HAPI cannot read it
   */
  public static Segments parse(String text, Msh msh) throws Hl7FaultException {
    String normal = sequences(normalise(text, msh), msh);
    try {
      Message message = new PipeParser(CONTEXT).parse(normal);
      var found = new ArrayList<Segment>();
      for (String name : message.getNames()) {
        for (Structure structure : message.getAll(name)) {
          if (structure instanceof Segment segment) {
            found.add(segment);
          }
        }
      }
      return new Segments(found);
    } catch (HL7Exception
        | RuntimeException e) { // HAPI lets some of its own faults escape unchecked
      throw new Hl7FaultException(
          Hl7Fault.error("", Hl7Fault.SEQUENCE, "The message cannot be parsed"));
    }
  }

  /**
   * What is said of each patient: a message may hold several (PID), and several records that are
   * given up or stays that are moved (MRG). Each part begins with the segments before the first.
   */
  public List<Segments> parts() {
    return split("PID").stream().flatMap(part -> part.split("MRG").stream()).toList();
  }

  private List<Segments> split(String at) {
    List<Integer> starts =
        IntStream.range(0, segments.size())
            .filter(i -> segments.get(i).getName().equals(at))
            .boxed()
            .toList();
    if (starts.size() < 2) {
      return List.of(this);
    }
    List<Segment> before = segments.subList(0, starts.get(0));
    var parts = new ArrayList<Segments>();
    for (int i = 0; i < starts.size(); i++) {
      int end = i + 1 < starts.size() ? starts.get(i + 1) : segments.size();
      var part = new ArrayList<>(before);
      part.addAll(segments.subList(starts.get(i), end));
      parts.add(new Segments(part));
    }
    return parts;
  }

  /** The first segment of that name; an empty one when there is none. */
  public Fields first(String name) {
    return segments.stream()
        .filter(s -> s.getName().equals(name))
        .findFirst()
        .map(Fields::new)
        .orElse(Fields.NONE);
  }

  /** All segments, in the order in which they came. */
  public List<Fields> all() {
    return segments.stream().map(Fields::new).toList();
  }

  /** The segments of that name. */
  public List<Fields> all(String name) {
    return segments.stream().filter(s -> s.getName().equals(name)).map(Fields::new).toList();
  }

  public boolean has(String name) {
    return segments.stream().anyMatch(s -> s.getName().equals(name));
  }

  /** Names of all segments, in the parser's order. */
  public List<String> names() {
    return segments.stream().map(Segment::getName).toList();
  }

  private static String normalise(String text, Msh msh) {
    List<String> lines = text.strip().lines().toList();
    var normal = new StringBuilder(text.length());
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (i == 0) {
        line = header(line.startsWith("\uFEFF") ? line.substring(1) : line, msh);
      }
      if (!line.isBlank()) {
        normal.append(line).append('\r');
      }
    }
    return normal.toString();
  }

  /**
   * Makes escape sequences sound. Characters that are sent as hexadecimal bytes of the message's
   * own set ({@code \XE9\}, v2.5.1 section 2.7.4) become themselves; those of ASCII, which might be
   * delimiters, stay for {@link Hl7Text}. An escape character that begins no sequence, as in a path
   * of Windows, is meant as one: the library would leave it out.
   *
   * @param normal what begins with a sound header
   */
  private static String sequences(String normal, Msh msh) throws Hl7FaultException {
    String escape = normal.substring(ESCAPE, ESCAPE + 1);
    int fields = normal.indexOf(msh.fieldSeparator(), ESCAPE);
    if (fields < 0 || normal.indexOf(escape, fields) < 0) {
      return normal;
    }
    Charset set = CharacterSets.named(msh.characterSet());
    String quoted = Pattern.quote(escape);
    return normal.substring(0, fields)
        + Pattern.compile(quoted + SEQUENCE + quoted + "|" + quoted)
            .matcher(normal.substring(fields))
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        found.group(1) == null ? escape + "E" + escape : character(found, set)));
  }

  /** The sequence itself when it is another one, or its bytes are none of the set. */
  private static String character(MatchResult sequence, Charset set) {
    if (!BYTES.matcher(sequence.group(1)).matches()) {
      return sequence.group();
    }
    byte[] bytes = HexFormat.of().parseHex(sequence.group(1).substring(1));
    try {
      return set.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return sequence.group();
    }
  }

  /** MSH with four sound encoding characters, a type and a version, which HAPI insists on. */
  private static String header(String line, Msh msh) {
    String given = msh.encodingCharacters();
    var sound = new StringBuilder();
    String usual = "^~\\&";
    for (int i = 0; i < usual.length(); i++) {
      char c = i < given.length() ? given.charAt(i) : usual.charAt(i);
      sound.append(sound.indexOf(String.valueOf(c)) >= 0 ? usual.charAt(i) : c);
    }
    char fs = msh.fieldSeparator();
    return "MSH" + fs + sound + line.substring(Math.min(line.length(), 4 + given.length()));
  }

  private static HapiContext context() {
    var context = new DefaultHapiContext(new VersionBlind());
    context.setValidationContext(ValidationContextFactory.noValidation());
    context.getParserConfiguration().setValidating(false);
    return context;
  }

  /** Gives every message, of whatever name and version, the same generic class. */
  private static final class VersionBlind extends GenericModelClassFactory {
    private static final long serialVersionUID = 1L;

    @Override
    public Class<? extends Message> getMessageClass(String name, String version, boolean explicit) {
      return GenericMessage.V251.class;
    }
  }

  /** The fields of one segment; what is not there reads as empty text. */
  public static final class Fields {
    static final Fields NONE = new Fields(null);
    private final @org.jspecify.annotations.Nullable Segment segment;

    private Fields(@org.jspecify.annotations.Nullable Segment segment) {
      this.segment = segment;
    }

    /** Name of the segment, such as {@code OBX}. */
    public String name() {
      return segment == null ? "" : segment.getName();
    }

    /** One repetition of a field. */
    Value value(int field, int repetition) {
      return new Value(this, field, repetition);
    }

    /** First repetition of a field. */
    Value value(int field) {
      return new Value(this, field, 0);
    }

    /** All repetitions of a field. */
    List<Value> values(int field) {
      return IntStream.range(0, repetitions(field))
          .mapToObj(i -> new Value(this, field, i))
          .toList();
    }

    /** First component of the first repetition. */
    public String get(int field) {
      return get(field, 0, 1, 1);
    }

    public String get(int field, int component) {
      return get(field, 0, component, 1);
    }

    /**
     * One value.
     *
     * @param repetition from 0
     * @param component from 1
     * @param subcomponent from 1
     */
    public String get(int field, int repetition, int component, int subcomponent) {
      if (segment == null) {
        return "";
      }
      try {
        String value = Terser.get(segment, field, repetition, component, subcomponent);
        return value == null || value.equals("\"\"") ? "" : value.replace("\0", "").trim();
      } catch (HL7Exception e) {
        return ""; // a position that this segment does not have
      }
    }

    /** True when it says {@code ""}: what was known is to be forgotten (v2.5.1 section 2.5.3). */
    public boolean forgets(int field) {
      try {
        return segment != null && "\"\"".equals(Terser.get(segment, field, 0, 1, 1));
      } catch (HL7Exception e) {
        return false; // a position that this segment does not have
      }
    }

    public int repetitions(int field) {
      try {
        return segment == null ? 0 : segment.getField(field).length;
      } catch (HL7Exception e) {
        return 0;
      }
    }
  }
}
