package org.wardline.web.fhir;

import ca.uhn.fhir.context.BaseRuntimeChildDefinition;
import ca.uhn.fhir.context.BaseRuntimeElementCompositeDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBase;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * What FHIR R4 asks of each resource, whatever its profile, and the parser does not look for: that
 * elements are there whose cardinality begins at one, and that a narrative is plain text with
 * markup (txt-1, section 2.4.0.1), which whoever shows it may put on a page.
 */
final class Soundness {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final int MOST = 20;

  private static final Set<String> ELEMENTS =
      Set.of(
          ("p br div h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite"
                  + " blockquote hr address bdo kbd sub sup ul ol li dl dt dd pre table caption colgroup"
                  + " col thead tr tfoot tbody th td code samp img map area")
              .split(" "));
  private static final Set<String> ATTRIBUTES =
      Set.of(
          ("xmlns title style class id idref lang xml:lang xml:space dir accesskey tabindex span width"
                  + " align valign char charoff abbr axis headers scope rowspan colspan border cellspacing"
                  + " cellpadding summary rules frame name href rel type src alt height usemap longdesc"
                  + " ismap shape coords nohref cite start value compact noshade size")
              .split(" "));
  private static final Set<String> SCHEMES = Set.of("http", "https", "mailto", "tel", "urn", "ftp");

  private final OperationOutcome outcome = new OperationOutcome();

  private Soundness() {}

  /**
   * Looks through a resource and what it contains.
   *
   * @param at where it stands in what was sent; empty for the whole
   * @throws UnprocessableEntityException when something is missing or no narrative; each issue
   *     names its place
   */
  static void check(Resource resource, String at) {
    var soundness = new Soundness();
    soundness.look(resource, at.isEmpty() ? resource.fhirType() : at);
    List<OperationOutcome.OperationOutcomeIssueComponent> issues = soundness.outcome.getIssue();
    if (!issues.isEmpty()) {
      throw new UnprocessableEntityException(issues.get(0).getDiagnostics(), soundness.outcome);
    }
  }

  private void look(IBase value, String path) {
    if (value instanceof Narrative narrative && narrative.hasDiv()) {
      markup(narrative.getDiv(), path + ".div");
    }
    if (!(FHIR.getElementDefinition(value.getClass())
        instanceof BaseRuntimeElementCompositeDefinition<?> definition)) {
      return;
    }
    for (BaseRuntimeChildDefinition child : definition.getChildren()) {
      List<IBase> values = child.getAccessor().getValues(value);
      String name = path + "." + child.getElementName();
      if (child.getMin() > 0 && values.stream().allMatch(IBase::isEmpty)) {
        issue(IssueType.REQUIRED, name, "is required.");
      }
      for (int i = 0; i < values.size() && outcome.getIssue().size() < MOST; i++) {
        if (!values.get(i).isEmpty()) {
          look(values.get(i), child.getMax() == 1 ? name : name + "[" + i + "]");
        }
      }
    }
  }

  private void markup(XhtmlNode node, String path) {
    if (node.getNodeType() == NodeType.Element) {
      boolean attributes = node.getAttributes().entrySet().stream().allMatch(Soundness::harmless);
      if (!ELEMENTS.contains(String.valueOf(node.getName())) || !attributes) {
        issue(IssueType.INVARIANT, path, "holds what no narrative may (txt-1).");
        return;
      }
    } else if (node.getNodeType() != NodeType.Text && node.getNodeType() != NodeType.Document) {
      // a comment that a page reads otherwise, an instruction
      issue(IssueType.INVARIANT, path, "holds what no narrative may (txt-1).");
      return;
    }
    if (node.hasChildren() && outcome.getIssue().isEmpty()) {
      node.getChildNodes().forEach(child -> markup(child, path));
    }
  }

  private static boolean harmless(Map.Entry<String, String> attribute) {
    String name = attribute.getKey();
    String value = String.valueOf(attribute.getValue()).strip().toLowerCase(Locale.ROOT);
    int colon = value.indexOf(':');
    boolean leads = name.equals("href") || name.equals("src");
    boolean image = name.equals("src") && value.startsWith("data:image/");
    return (ATTRIBUTES.contains(name) || name.startsWith("xmlns:"))
        && (!leads
            || image
            || colon < 0
            || value.startsWith("#")
            || SCHEMES.contains(value.substring(0, colon)));
  }

  private void issue(IssueType code, String path, String words) {
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.ERROR)
        .setCode(code)
        .setDiagnostics(path + " " + words)
        .addExpression(path);
  }
}
