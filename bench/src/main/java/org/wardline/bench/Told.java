package org.wardline.bench;

import java.util.List;

/**
 * What a sender of HL7 v2 tells in turn under faults, made of the number at the end of its control
 * id: each kind takes another way through the server, and all of them must end once.
 */
enum Told {
  ADMISSION {
    @Override
    String of(String id, int number) {
      return Samples.admission("BENCH", "", id);
    }
  },
  CRITICAL_RESULT {
    @Override
    String of(String id, int number) {
      return Samples.criticalResult(id);
    }

    @Override
    List<String> once() {
      return List.of(
          record("DiagnosticReport", "F"),
          """
          select i.control_id from inbound i join critical_result c on c.inbound_id = i.id
          join message m on m.id = c.message_id where i.control_id like ?""");
    }

    /** Somebody was told by one message, and that message was filed. */
    @Override
    boolean filed() {
      return true;
    }
  },
  DOCUMENT {
    @Override
    String of(String id, int number) {
      return head("MDM^T02^MDM_T02", id)
          + "EVN||20261101120000\r"
          + one(number)
          + "PV1|1|I|W1^1^1\rTXA|1|DS|TX|20261101120000||20261101120000||||||D"
          + id
          + "||||||AU||AV\rOBX|1|TX|DS^Summary^L||All is well.||||||F\r";
    }

    @Override
    List<String> once() {
      return List.of(record("DocumentReference", "D"));
    }
  },
  APPOINTMENT {
    @Override
    String of(String id, int number) {
      return head("SIU^S12^SIU_S12", id)
          + "SCH|S"
          + id
          + "||||||ROUTINE||||^^^20261201090000^20261201093000\r"
          + one(number)
          + "RGS|1\rAIS|1||DIAL^Dialysis^L|20261201090000\r";
    }

    @Override
    List<String> once() {
      return List.of(record("Appointment", "S"));
    }
  },
  /** Of a patient who is given up for another by the next message. */
  DUPLICATE {
    @Override
    String of(String id, int number) {
      return head("ADT^A04^ADT_A01", id)
          + "EVN||20261101120000\rPID|1||"
          + twice(id, number + 1)
          + "||Bench^Twice\rPV1|1|O\r";
    }
  },
  MERGE {
    @Override
    String of(String id, int number) {
      return head("ADT^A40^ADT_A39", id)
          + "EVN||20261101120000\r"
          + one(number)
          + "MRG|"
          + twice(id, number)
          + "\r";
    }

    @Override
    List<String> once() {
      return List.of(
          """
          select i.control_id from inbound i join patient_merge m on m.inbound_id = i.id
          where i.control_id like ?""");
    }
  };

  /** The message itself. */
  abstract String of(String id, int number);

  /**
   * Statements that give the control id of each that ended well, by what it is like: a second one
   * shows.
   */
  List<String> once() {
    return List.of();
  }

  /** True when it leads to a document of the hospital that bears {@link MllpSink#mark}. */
  boolean filed() {
    return false;
  }

  static String message(String id) {
    return kind(id).of(id, number(id));
  }

  static Told kind(String id) {
    return values()[number(id) % values().length];
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.length() - 5));
  }

  private static String record(String type, String letter) {
    return """
        select substring(n.value from 2) from chart_identifier n
        join chart_record r on r.organization_id = n.organization_id and r.id = n.record_id
        join generate_series(1, r.version) on true -- what took effect twice has a second version
        where r.type = '%s' and n.value like '%s' || ?"""
        .formatted(type, letter);
  }

  private static String head(String type, String id) {
    return "MSH|^~\\&|BENCH|BENCH|WARDLINE|BENCH|20261101120000||" + type + "|" + id + "|P|2.5.1\r";
  }

  private static String one(int number) {
    int patient = number % 50;
    return "PID|1||B" + patient + "^^^BENCH^MR||Bench^Person" + patient + "||19700101|F\r";
  }

  private static String twice(String id, int number) {
    return "M" + id.substring(0, id.length() - 5) + number + "^^^BENCH^MR";
  }
}
