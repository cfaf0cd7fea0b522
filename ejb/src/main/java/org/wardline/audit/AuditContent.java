package org.wardline.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.wardline.store.Conditions;

/**
 * A member of an audit record that stands in no column, and what it is to be. It is looked for in
 * the record itself, so a search by nothing else goes back through the trail until a page is full;
 * ITI-81 expects a window of time.
 *
 * @param anyOf values of which it has one; empty: it is there
 * @param not the opposite: it has none of them, or is not there
 */
public record AuditContent(Member member, List<Value> anyOf, boolean not) {
  private static final String EXISTS =
      "exists (select 1 from jsonb_path_query(audit_content(resource), '%s') v where %s)";

  public AuditContent {
    anyOf = List.copyOf(anyOf);
  }

  /**
   * A value of a search.
   *
   * @param system of a token: null for any, empty for none
   */
  public record Value(@Nullable String system, String value) {}

  /** Search parameters of R4's AuditEvent and of ITI-81. */
  public enum Member {
    ACTION("$.action", Form.PLAIN),
    ADDRESS("$.agent[*].network.address", Form.TEXT),
    AGENT("$.agent[*].who", Form.IDENTIFIER),
    AGENT_NAME("$.agent[*].name", Form.TEXT),
    AGENT_ROLE("$.agent[*].role[*].coding[*]", Form.CODING),
    ALT_ID("$.agent[*].altId", Form.PLAIN),
    ENTITY("$.entity[*].what", Form.IDENTIFIER),
    ENTITY_NAME("$.entity[*].name", Form.TEXT),
    ENTITY_ROLE("$.entity[*].role", Form.CODING),
    ENTITY_TYPE("$.entity[*].type", Form.CODING),
    OUTCOME("$.outcome", Form.PLAIN),
    PATIENT(
        "$.*[*].* ? (@.reference like_regex \"(^|/)Patient/\" || @.type == \"Patient\")",
        Form.IDENTIFIER),
    POLICY("$.agent[*].policy[*]", Form.PLAIN),
    SITE("$.source.site", Form.PLAIN),
    SOURCE("$.source.observer.reference", Form.REFERENCE),
    SOURCE_IDENTIFIER("$.source.observer.identifier", Form.IDENTIFIER),
    SUBTYPE("$.subtype[*]", Form.CODING),
    TYPE("$.type", Form.CODING);

    private final String path;
    private final Form form;

    Member(String path, Form form) {
      this.path = path;
      this.form = form;
    }
  }

  /** How a member is compared; {@code v} is what stands at its path. */
  private enum Form {
    /** From its beginning, whatever the case (FHIR R4 section 3.1.1.4.8). */
    TEXT("starts_with(lower(v #>> '{}'), lower(?))", ""),
    PLAIN("v #>> '{}' = ?", ""),
    /** As it stands there, or its end: {@code Type/id}, or the id alone. */
    REFERENCE("v #>> '{}' = ? or right(v #>> '{}', length(?) + 1) = '/' || ?", ""),
    CODING("v->>'code' = ?", "v->>'system'"),
    IDENTIFIER("v->>'value' = ?", "v->>'system'");

    private final String value;
    private final String system;

    Form(String value, String system) {
      this.value = value;
      this.system = system;
    }
  }

  void addTo(Conditions conditions) {
    var values = new ArrayList<>();
    var alternatives = new StringJoiner(" or ").setEmptyValue("true");
    for (Value each : anyOf) {
      var both = new StringJoiner(" and ", "(", ")").setEmptyValue("true");
      if (!each.value().isEmpty()) {
        both.add("(" + member.form.value + ")");
        member.form.value.chars().filter(c -> c == '?').forEach(c -> values.add(each.value()));
      }
      String system = each.system();
      if (system != null && system.isEmpty()) {
        both.add(member.form.system.isEmpty() ? "true" : member.form.system + " is null");
      } else if (system != null && member.form.system.isEmpty()) {
        both.add("false"); // it has none
      } else if (system != null) {
        both.add(member.form.system + " = ?");
        values.add(system);
      }
      alternatives.add(both.toString());
    }
    String there = EXISTS.formatted(member.path, alternatives);
    conditions.and( // what cannot be looked into is not said to lack anything
        not ? "audit_content(resource) is not null and not " + there : there, values.toArray());
  }
}
