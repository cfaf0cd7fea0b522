package org.wardline.intake.hl7v2;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.wardline.mapping.hl7.Acknowledgment;
import org.wardline.mapping.hl7.Hl7Fault;
import org.wardline.mapping.hl7.Msh;
import org.wardline.store.Keys;

/**
 * Which acknowledgments a message gets. Original mode: one, AA, AE or AR. Enhanced mode: an accept
 * acknowledgment (CA, CE, CR) as MSH-15 asks, and an application acknowledgment (AA, AE, AR) as a
 * message of its own as MSH-16 asks; AL always, NE never, ER on error, SU on success (HL7 v2.5.1
 * section 2.9.3, table 0155).
 */
final class Replies {
  private final Keys keys;

  Replies(Keys keys) {
    this.keys = keys;
  }

  /** It was kept and processed. */
  List<byte[]> positive(Msh msh, List<Hl7Fault> warnings) {
    if (!msh.enhanced()) {
      return List.of(write(msh, "AA", warnings));
    }
    var replies = new ArrayList<byte[]>();
    if (asked(msh.field(15), true)) {
      replies.add(write(msh, "CA", List.of()));
    }
    if (asked(msh.field(16), true)) {
      replies.add(write(msh, "AA", warnings));
    }
    return replies;
  }

  /** True when the answers to what is kept have a place for warnings: one is AA. */
  static boolean warns(Msh msh) {
    return !msh.enhanced() || asked(msh.field(16), true);
  }

  /** It was not taken: nothing of it is kept, and the sender must know. */
  List<byte[]> negative(@Nullable Msh msh, Hl7Fault fault) {
    if (msh == null || !msh.enhanced()) {
      return List.of(write(msh, fault.acknowledgment(), List.of(fault)));
    }
    if (asked(msh.field(15), false)) {
      return List.of(write(msh, "C" + fault.acknowledgment().charAt(1), List.of(fault)));
    }
    return asked(msh.field(16), false)
        ? List.of(write(msh, fault.acknowledgment(), List.of(fault)))
        : List.of();
  }

  private byte[] write(@Nullable Msh msh, String code, List<Hl7Fault> faults) {
    return Acknowledgment.write(msh, code, faults, keys.controlId(), keys.now());
  }

  static boolean asked(String condition, boolean success) {
    return switch (condition.strip().toUpperCase(Locale.ROOT)) { // as Msh.enhanced looks at it
      case "AL" -> true;
      case "SU" -> success;
      case "ER" -> !success;
      case "NE", "" -> false;
      default -> true; // not in the table: silence could leave its sender waiting for ever
    };
  }
}
