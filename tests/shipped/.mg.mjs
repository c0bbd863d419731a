import { build } from "esbuild"; import { readFileSync } from "node:fs"; import { gzipSync } from "node:zlib";
const reserved=new Set();
for (const n of Object.getOwnPropertyNames(globalThis)){ let v; try{v=globalThis[n]}catch{continue}; for(const o of [v, v?.prototype]) for(let p=o;p;p=Object.getPrototypeOf(p)) for(const k of Object.getOwnPropertyNames(p)) reserved.add(k);}
for (const p of [Promise.resolve(), new Response(""), new Request("http://a"), (function*(){})(), (async function*(){})(), new Map().entries(), Object.getPrototypeOf(Uint8Array.prototype)]) for(let q=p;q;q=Object.getPrototypeOf(q)) for(const k of Object.getOwnPropertyNames(q)) reserved.add(k);
const pub=["index.d.ts","spill.d.ts","testing.d.ts"].map(f=>readFileSync("/work/main/pkg/"+f,"utf8")).join("\n");
for(const m of pub.matchAll(/[A-Za-z_$][\w$]*/g)) reserved.add(m[0]);
for(const m of readFileSync("/work/main/pkg/wasm/laminar_edge_bg.js","utf8").matchAll(/[A-Za-z_$][\w$]*/g)) reserved.add(m[0]);
for (const w of "getStore enterWith run exit waitUntil ctx passThroughOnException done value cache keepalive read written exports instance signal method body headers redirect duplex highWaterMark size pull start cancel type mode".split(" ")) reserved.add(w);
const re=[...reserved].filter(x=>/^[\w$]+$/.test(x)).map(x=>x.replace(/\$/g,"\\$"));
const opts={ stdin:{contents:'export { Laminar, observe } from "laminar-edge/workerd";',resolveDir:new URL(".",import.meta.url).pathname},bundle:true,minify:true,write:false,outdir:"out",format:"esm",target:"es2022",external:["node:*","cloudflare:*"],plugins:[{name:"w",setup({onLoad}){onLoad({filter:/\.wasm$/},({path})=>({contents:readFileSync(path),loader:"file"}))}}],logLevel:"error"};
for (const extra of [{}, {mangleProps:/./,reserveProps:new RegExp("^("+re.join("|")+")$"),mangleCache:{}}]){
const r=await build({...opts,...extra}); const js=r.outputFiles.find(o=>o.path.endsWith(".js")); console.log(js.contents.length,gzipSync(js.contents,{level:9}).length); if(r.mangleCache) console.log(Object.keys(r.mangleCache).length, Object.keys(r.mangleCache).join(" "));
}
