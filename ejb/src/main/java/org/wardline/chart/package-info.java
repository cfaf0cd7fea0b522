/**
 * The patient's context: results, reports, orders, documents and appointments, as systems tell of
 * them. Content is sealed; whose it is stands beside it.
 */
@NullMarked
package org.wardline.chart;

import org.jspecify.annotations.NullMarked;
