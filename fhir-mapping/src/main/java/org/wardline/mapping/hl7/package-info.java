/** HL7 v2 to and from the vocabulary: pure functions over bytes and text. */
@NullMarked
package org.wardline.mapping.hl7;

import org.jspecify.annotations.NullMarked;
