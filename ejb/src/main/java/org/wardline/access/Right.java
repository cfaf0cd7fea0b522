package org.wardline.access;

/** What people may do beyond looking after themselves; given by role and unit. */
public enum Right {
  /** Write messages. */
  MESSAGE,
  /** Look into the patient index. */
  PATIENTS,
  /** Take an on-call role. */
  DUTY,
  /** Open a patient's conversations in an emergency. */
  EMERGENCY,
  /** Look into the audit trail. */
  AUDIT,
  /** Review what was opened in an emergency. */
  REVIEW,
  /** See how deliveries stand, hold them, and put them back. */
  DELIVERIES,
  /** See what systems sent, open and replay it, undo merges of patient records. */
  INTERFACES,
  /** Wipe lost devices, and let people enrol a second factor. */
  ACCOUNTS,
  /** Change who has which right. */
  RIGHTS
}
