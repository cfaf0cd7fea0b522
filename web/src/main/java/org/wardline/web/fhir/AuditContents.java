package org.wardline.web.fhir;

import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.StringOrListParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.UriOrListParam;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.wardline.audit.AuditContent;
import org.wardline.audit.AuditContent.Member;
import org.wardline.audit.AuditContent.Value;

/** What a search of the audit trail asks of members that stand in no column. */
final class AuditContents {
  private static final String NONE = "-";

  private final List<AuditContent> all = new ArrayList<>();

  List<AuditContent> all() {
    return List.copyOf(all);
  }

  AuditContents add(Member member, @Nullable TokenOrListParam tokens) {
    return tokens == null
        ? this
        : add(
            member,
            tokens.getValuesAsQueryTokens().stream()
                .map(t -> new Value(t.getSystem(), Objects.requireNonNullElse(t.getValue(), "")))
                .toList());
  }

  AuditContents add(Member member, @Nullable StringOrListParam texts) {
    return texts == null
        ? this
        : add(
            member,
            texts.getValuesAsQueryTokens().stream()
                .map(t -> new Value(null, t.getValueNotNull()))
                .toList());
  }

  AuditContents add(Member member, @Nullable UriOrListParam uris) {
    return uris == null
        ? this
        : add(
            member,
            uris.getValuesAsQueryTokens().stream()
                .map(u -> new Value(null, u.getValueNotNull()))
                .toList());
  }

  /** Of codes that a column holds: their systems, if one is asked for. */
  AuditContents systems(Member member, @Nullable TokenOrListParam tokens) {
    boolean asked =
        tokens != null
            && tokens.getValuesAsQueryTokens().stream().anyMatch(t -> t.getSystem() != null);
    return asked ? add(member, tokens) : this;
  }

  /** Which system told of it, by reference or by {@code source.identifier}. */
  AuditContents source(@Nullable ReferenceParam source) {
    if (source == null) {
      return this;
    }
    if (AuditEventProvider.IDENTIFIER.equals(source.getChain())) {
      String[] token = AuditEventProvider.token(source);
      String system = source.getValue().contains("|") ? token[0] : null;
      return add(Member.SOURCE_IDENTIFIER, List.of(new Value(system, token[1])));
    }
    return add(
        Member.SOURCE, List.of(new Value(null, Objects.requireNonNullElse(source.getValue(), ""))));
  }

  /** A parameter without a value asks for nothing. */
  private AuditContents add(Member member, List<Value> anyOf) {
    List<Value> wanted =
        anyOf.stream()
            .filter(v -> !v.value().isEmpty() || (v.system() != null && !v.system().isEmpty()))
            .toList();
    if (!wanted.isEmpty()) {
      all.add(new AuditContent(member, wanted));
    }
    return this;
  }

  /** Whether each record has to be looked into, not only those of a code. */
  boolean dear() {
    return all.stream().anyMatch(c -> c.member() != Member.TYPE && c.member() != Member.SUBTYPE);
  }

  /** Codes that a column holds; empty when one of them is any of a system. */
  static List<String> codes(@Nullable TokenOrListParam tokens) {
    return codes(tokens, null);
  }

  /**
   * The same of a member that is a bare code.
   *
   * @param named end of the names of its code system; a code of another one is none that there is
   */
  static List<String> codes(@Nullable TokenOrListParam tokens, @Nullable String named) {
    if (tokens == null) {
      return List.of();
    }
    List<String> codes = new ArrayList<>();
    for (TokenParam token : tokens.getValuesAsQueryTokens()) {
      String system = token.getSystem();
      boolean foreign =
          named != null && system != null && !system.isEmpty() && !system.endsWith("/" + named);
      codes.add(foreign ? NONE : Objects.requireNonNullElse(token.getValue(), ""));
    }
    return codes.contains("") ? List.of() : codes;
  }

  static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isAfter(one)) ? other : one;
  }

  static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || (other != null && other.isBefore(one)) ? other : one;
  }
}
